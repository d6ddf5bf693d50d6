/** Pages of other origins, with a victim's cookie: each request of the sockets' transport, and the API. */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type RunningServer } from '../support/server.ts';
import { join, setUp, Visitor } from '../support/visitor.ts';

let server: RunningServer;
let ada: Visitor;
let kim: Visitor;

beforeAll(async () => {
  server = await startServer({ TLS_ENABLED: 'false', ACCESS_MODE: 'accounts' });
  ada = await setUp(server);
  kim = await join(server, ada, 'Kim', [{ role: 'operator', zones: '*' }]);
});
afterAll(async () => {
  await server?.stop();
});

type Headers = Record<string, string>;
const path = '/socket.io/?EIO=4&transport=polling';

async function ask(headers: Headers, query = '', method = 'GET', body?: string) {
  const url = `${server.url}${path}${query}`;
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** @returns the id of a socket that a page of this server has opened by polling */
async function open(headers: Headers): Promise<string> {
  const { status, text } = await ask({ origin: server.url, ...headers });
  expect(status).toBe(200);
  return (JSON.parse(text.slice(1)) as { sid: string }).sid;
}

/** The status line that a request for a WebSocket gets. */
function upgrade(headers: Headers, query = ''): Promise<string> {
  const { hostname, port, host } = new URL(server.url);
  const lines = Object.entries({
    host,
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': Buffer.alloc(16).toString('base64'),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    socket.setTimeout(5000, () => reject(new Error('no answer')));
    socket.once('error', reject);
    socket.once('data', (text: Buffer) => {
      socket.destroy();
      resolve(text.toString().split('\r\n')[0] ?? '');
    });
    const target = `/socket.io/?EIO=4&transport=websocket${query}`;
    socket.write(`GET ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  });
}

const foreign: [string, () => Headers][] = [
  ['another site', () => ({ origin: 'https://evil.example' })],
  ['a page without an origin', () => ({ origin: 'null' })],
  ['another port', () => ({ origin: 'http://localhost:9' })],
  ['another scheme', () => ({ origin: server.url.replace('http:', 'https:') })],
  ['a sibling', () => ({ origin: server.url.replace('localhost', 'other.localhost') })],
  ['a script of a sibling', () => ({ 'sec-fetch-site': 'same-site', 'sec-fetch-dest': 'script' })],
  ['an image of another site', () => ({ 'sec-fetch-site': 'cross-site' })],
];

describe.each(foreign)('%s', (_name, headers) => {
  test('opens no socket, by polling or by WebSocket', async () => {
    const refused = await ask({ ...kim.headers, ...headers() });
    expect(refused.status).toBe(403);
    expect(refused.text).toMatch(/"message":"forbidden: /);
    expect(await upgrade({ ...kim.headers, ...headers() })).toContain(' 403 ');
  });

  test('neither reads from nor speaks on one that is open, nor takes it over', async () => {
    const sid = await open(kim.headers);
    const own = { ...kim.headers, ...headers() };
    expect((await ask(own, `&sid=${sid}`)).status).toBe(403);
    const auth = `40{"session":"${'s'.repeat(32)}"}`;
    expect((await ask(own, `&sid=${sid}`, 'POST', auth)).status).toBe(403);
    expect(await upgrade(own, `&sid=${sid}`)).toContain(' 403 ');
    // And it is still its owner's.
    const said = await ask({ ...kim.headers, origin: server.url }, `&sid=${sid}`, 'POST', auth);
    expect(said.text).toBe('ok');
  });

  test('gets no leave to ask by what a browser asks beforehand', async () => {
    const preflight = { ...headers(), 'access-control-request-method': 'POST' };
    for (const target of [path, `${path}&sid=x`, '/api/people', '/api/audit/export']) {
      const response = await fetch(server.url + target, { method: 'OPTIONS', headers: preflight });
      expect(response.status).toBeGreaterThanOrEqual(400);
      for (const name of ['origin', 'headers', 'methods', 'credentials']) {
        expect(response.headers.get(`access-control-allow-${name}`)).toBeNull();
      }
    }
  });

  test('reads nothing of the API, changes nothing, and leaves no record by asking', async () => {
    for (const [method, target] of [
      ['GET', '/api/me'],
      ['GET', '/api/people'],
      ['GET', '/api/audit?limit=5'],
      ['GET', '/api/audit/export?format=csv'],
      ['HEAD', '/api/audit/export?format=csv'],
      ['GET', '/api/oidc/start'],
      ['POST', '/api/sign-out'],
      ['DELETE', '/api/people/x'],
    ] as const) {
      const all = { ...ada.headers, ...headers() };
      expect((await fetch(server.url + target, { method, headers: all })).status).toBe(403);
    }
    const records = JSON.stringify(await ada.request('GET', '/api/audit?kind=change'));
    expect(records).not.toContain('audit-exported');
    expect((await ada.ask('GET', '/api/me')).status).toBe(200);
  });
});

test('JSONP is refused, with a socket and without', async () => {
  const sid = await open({});
  for (const query of ['&j=0', '&j=', `&j=0&sid=${sid}`, `&sid=${sid}&j=1&j=2`]) {
    for (const method of ['GET', 'POST']) {
      const { status, headers, text } = await ask(
        {},
        query,
        method,
        method === 'POST' ? 'd=1' : undefined,
      );
      expect(status).toBe(400);
      expect(headers.get('content-type')).not.toMatch(/script/);
      expect(text).not.toContain('___eio');
    }
  }
});

test.each(['PUT', 'DELETE', 'PATCH', 'HEAD'])(
  '%s is no way to speak to a socket',
  async (method) => {
    const sid = await open({});
    expect((await ask({}, `&sid=${sid}`, method)).status).toBe(400);
  },
);

test('a socket stays with whoever opened it', async () => {
  const lea = await join(server, ada, 'Lea', [{ role: 'operator', zones: 'PARK-*' }]);
  const key = { authorization: `Bearer ${(await ada.addKey('camera', '*')).secret}` };
  const sid = await open(kim.headers);
  for (const stranger of [lea.headers, {}, key, { ...kim.headers, ...key }]) {
    const headers = { origin: server.url, ...stranger };
    expect((await ask(headers, `&sid=${sid}`)).status).toBe(400);
    expect((await ask(headers, `&sid=${sid}`, 'POST', '3')).status).toBe(400);
    expect(await upgrade(headers, `&sid=${sid}`)).toContain(' 400 ');
  }
  const own = { ...kim.headers, origin: server.url };
  expect((await ask(own, `&sid=${sid}`, 'POST', '3')).text).toBe('ok');
});

test.each(['polling', 'websocket'])(
  'pages of this server and programs go on by %s',
  async (way) => {
    const options = { transports: [way] };
    const { secret } = await ada.addKey('camera', 'GATE-*');
    const program = new Visitor(server.url);
    const clients = [
      kim.socket(undefined, { origin: server.url, 'sec-fetch-site': 'same-origin' }, options),
      kim.socket(undefined, {}, options),
      program.socket(undefined, { authorization: `Bearer ${secret}` }, options),
    ];
    for (const client of clients) {
      await client.connected();
      client.close();
    }
  },
);

test('a page of this server takes its copy of the audit, and so does a typed address', async () => {
  for (const site of ['same-origin', 'none']) {
    const headers = { 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate' };
    const copy = await ada.ask('GET', '/api/audit/export?format=csv', undefined, headers);
    expect(copy.status).toBe(200);
  }
});
