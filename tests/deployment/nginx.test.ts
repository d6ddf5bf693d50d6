/** Debian's nginx with the project's own file, in front of the real server. */
import { createServer, request as requestPlain, type IncomingHttpHeaders } from 'node:http';
import { Agent, request as requestTls } from 'node:https';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { framesFlow, launchBrowser, openConsole, pill } from '../support/browser.ts';
import { Client, rtpCapabilities, tile } from '../support/client.ts';
import { metricValue } from '../support/metrics.ts';
import { startNginx, type RunningNginx } from '../support/nginx.ts';
import { offers, wayLines } from '../support/offers.ts';
import { frameHistory, watchFrames } from '../support/frames.ts';
import { testWith } from '../support/prerequisites.ts';
import { freePort, startServer, type RunningServer } from '../support/server.ts';

const test = testWith(['nginx']);
const behindProxy = {
  TLS_ENABLED: 'false',
  HTTP_TRUSTED_PROXIES: 'loopback',
  SESSION_GRACE: '2000',
};
let first: RunningServer;
let nextPort: number;
let nginx: RunningNginx;
let browser: Browser;

beforeAll(async () => {
  [first, nextPort, browser] = await Promise.all([
    startServer(behindProxy),
    freePort(),
    launchBrowser(),
  ]);
  nginx = await startNginx([Number(new URL(first.url).port), nextPort]);
});
afterAll(async () => {
  await Promise.all([browser?.close(), nginx?.stop(), first?.stop()]);
});

interface Reply {
  status: number | undefined;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** @param raw sent just so, where `url` would be tidied up first */
function get(
  url: string,
  headers: Record<string, string> = {},
  raw?: string,
  method = 'GET',
  sent = '',
): Promise<Reply> {
  const { port, hostname, protocol } = new URL(url);
  const ask = protocol === 'https:' ? requestTls : requestPlain;
  const path = raw ?? url.replace(/^\w+:\/\/[^/]+/, '');
  return new Promise((resolve, reject) => {
    const about = { port, hostname, path: path || '/', headers, method };
    const options = { ...about, rejectUnauthorized: false };
    ask(options, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => {
        resolve({ status: response.statusCode, headers: response.headers, body });
      });
    })
      .once('error', reject)
      .end(sent);
  });
}

/** The statuses of many requests from one address. */
async function askOften(url: string, times: number, atOnce = 60): Promise<(number | undefined)[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce, rejectUnauthorized: false });
  const ask = (): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      requestTls(`${url}/`, { agent }, (response) => {
        response.resume().once('end', () => resolve(response.statusCode));
      })
        .once('error', reject)
        .end();
    });
  const statuses = await Promise.all(Array.from({ length: times }, ask));
  agent.destroy();
  return statuses;
}

/** What is answered to bytes that no HTTP client would send, or on a handshake of its own kind. */
function firstLine(
  url: string,
  bytes: string,
  how: ConnectionOptions = {},
  keep?: TLSSocket[],
): Promise<string> {
  const port = Number(new URL(url).port);
  return new Promise((resolve, reject) => {
    const options = { port, host: '127.0.0.1', servername: 'localhost', rejectUnauthorized: false };
    const socket = connect({ ...options, ...how }, () => socket.write(bytes));
    socket.once('error', reject);
    socket.once('data', (chunk: Buffer) => {
      if (keep) keep.push(socket);
      else socket.destroy();
      resolve(chunk.toString().split('\r\n')[0] ?? '');
    });
  });
}

test('plain HTTP is sent to HTTPS, and metrics stay inside', async () => {
  const plain = await fetch(`${nginx.plainUrl}/x?y=1`, { redirect: 'manual' });
  expect(plain.status).toBe(301);
  expect(plain.headers.get('location')).toBe('https://localhost/x?y=1');
  expect((await get(`${nginx.url}/metrics`)).status).toBe(403);
  expect((await get(`${nginx.url}/readyz`)).status).toBe(200);
});

// The server itself would answer: nginx comes from loopback, which may read them.
test.each([
  ...[
    '/metrics/',
    '/METRICS',
    '/Metrics/',
    '//metrics',
    '///metrics//',
    '/./metrics',
    '/x/../metrics',
  ],
  ...['/%6Detrics', '/metric%73', '/metrics%2F', '/%2e/metrics', '/metrics?x=1', '/metrics/.'],
  ...[
    '/socket.io/../metrics',
    '/assets/..%2Fmetrics',
    '/metrics%3F',
    '/metrics;x',
    '/healthz/',
    '/HEALTHZ',
  ],
])('%s gives neither metrics nor health away', async (path) => {
  const { status, body } = await get(nginx.url, {}, path);
  expect([400, 403, 404]).toContain(status);
  expect(body).not.toContain('surveillance_');
  expect(body).not.toContain('"ok"');
});

test('a session of WHIP is made, spoken of and ended through it', async () => {
  const type = { 'content-type': 'application/sdp' };
  const path = `${nginx.url}/whip/WHIP-PROXIED-01`;
  const made = await get(path, type, undefined, 'POST', offers.gstreamer);
  expect(made.status).toBe(201);
  const location = `${made.headers.location as string}`;
  const fragment = { 'content-type': 'application/trickle-ice-sdpfrag' };
  const candidates = [...wayLines.slice(0, 2), 'a=end-of-candidates', ''].join('\r\n');
  const patch = (headers: Record<string, string>): Promise<Reply> =>
    get(nginx.url, { ...fragment, ...headers }, location, 'PATCH', candidates);
  expect((await patch({ 'if-match': `${made.headers.etag as string}` })).status).toBe(204);
  expect((await patch({})).status).toBe(428);
  const asked = await get(nginx.url, {}, location, 'OPTIONS');
  expect([asked.status, asked.headers.allow]).toEqual([204, 'PATCH, DELETE, OPTIONS, GET, HEAD']);
  expect((await get(nginx.url, {}, location, 'DELETE')).status).toBe(200);
  expect((await get(nginx.url, {}, location, 'DELETE')).status).toBe(404);
});

test('who comes by another name is refused, on either port, but for a look at the health', async () => {
  for (const url of [nginx.url, nginx.plainUrl]) {
    for (const host of ['evil.example', '127.0.0.1', 'localhost.evil.example', 'x']) {
      const { status, headers } = await get(`${url}/`, { host });
      expect(status, host).toBe(421);
      expect(headers.location).toBeUndefined();
      expect((await get(`${url}/readyz`, { host })).status, host).toBe(200);
      expect((await get(`${url}/healthz`, { host })).status, host).toBe(421);
    }
  }
  // An unknown name in the handshake is no way round it.
  const asked = 'GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n';
  for (const servername of ['evil.example', 'localhost']) {
    expect(await firstLine(nginx.url, asked, { servername })).toMatch(/ 421 /);
  }
});

test('files named by their content are cached by nginx and for ever by the browser', async () => {
  const page = await get(nginx.url);
  expect(page.headers['cache-control']).toBe('no-store');
  expect(page.headers['strict-transport-security']).toMatch(/^max-age=\d+/);
  const asset = /\/assets\/[\w-]+\.js/.exec(page.body)?.[0] ?? '';
  const [missed, hit] = [await get(nginx.url + asset), await get(nginx.url + asset)];
  expect(missed.headers['x-cache-status']).toBe('MISS');
  expect(hit.headers['x-cache-status']).toBe('HIT');
  expect(hit.headers['cache-control']).toMatch(/max-age=31536000.*immutable/);
  expect(hit.body).toBe(missed.body);
  // A location with headers of its own inherits none.
  for (const { headers } of [missed, hit]) {
    expect(headers['strict-transport-security']).toMatch(/^max-age=\d+/);
  }
  // A query makes no further copy, so nobody fills the cache with one file.
  expect((await get(`${nginx.url}${asset}?filler=1`)).headers['x-cache-status']).toBe('HIT');
  expect((await get(nginx.url + asset, { host: 'evil.example' })).status).toBe(421);
});

test('what a client says of its way here reaches the server on no path', async () => {
  const seen: IncomingHttpHeaders[] = [];
  const listener = createServer((request, response) => {
    seen.push(request.headers);
    response.end();
  });
  const port = await freePort();
  listener.listen(port, '127.0.0.1');
  const own = await startNginx([port, nextPort]);
  try {
    const claims = {
      'X-Forwarded-For': '203.0.113.66',
      'X-Forwarded-Proto': 'http',
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Prefix': '/evil',
      Forwarded: 'for=203.0.113.66',
      Upgrade: 'h2c',
      Connection: 'upgrade',
    };
    const paths = ['/', '/api/me', '/assets/x.js', '/socket.io/?EIO=4&transport=polling'];
    for (const path of paths) expect((await get(own.url + path, claims)).status).toBe(200);
    expect(seen).toHaveLength(paths.length);
    for (const headers of seen) {
      expect(headers).toMatchObject({
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-proto': 'https',
      });
      for (const name of ['x-forwarded-host', 'x-forwarded-prefix', 'forwarded', 'upgrade']) {
        expect(headers[name], name).toBeUndefined();
      }
    }
  } finally {
    await own.stop();
    listener.close();
  }
});

test('what changes something is sent to the next server only where it was read by nobody', async () => {
  const read: string[] = [];
  const listen = async (name: string, answers: boolean) => {
    const listener = createServer((request, response) => {
      read.push(`${request.method} ${name}`);
      if (answers) response.end('done');
      else request.socket.destroy(); // As one that is killed in the middle of it.
    });
    const port = await freePort();
    await new Promise<void>((resolve) => listener.listen(port, '127.0.0.1', resolve));
    return { port, close: () => listener.close() };
  };
  const [dying, next] = [await listen('dying', false), await listen('next', true)];
  const patient = { [`:${dying.port};`]: `:${dying.port} max_fails=0;` }; // It is asked each time.
  const own = await startNginx([dying.port, next.port], patient);
  const gone = await startNginx([await freePort(), next.port]);
  try {
    for (const path of ['/api/people', '/socket.io/?EIO=4&transport=polling']) {
      expect((await get(own.url + path, {}, path, 'POST')).status).toBe(502);
      expect(read.splice(0)).toEqual(['POST dying']);
      expect((await get(gone.url + path, {}, path, 'POST')).status).toBe(200);
      expect(read.splice(0)).toEqual(['POST next']);
      expect((await get(own.url + path, {}, path)).status).toBe(200);
      expect(read.splice(0)).toEqual(['GET dying', 'GET next']);
    }
  } finally {
    await Promise.all([own.stop(), gone.stop()]);
    for (const { close } of [dying, next]) close();
  }
});

test('TLS 1.2 is spoken with authenticated encryption only', async () => {
  const asked = 'GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n';
  const ask = (ciphers: string): Promise<string> =>
    firstLine(nginx.url, asked, { maxVersion: 'TLSv1.2', ciphers });
  expect(await ask('ECDHE-ECDSA-AES128-GCM-SHA256')).toMatch(/ 200 /);
  for (const cbc of ['ECDHE-ECDSA-AES128-SHA256', 'ECDHE-ECDSA-AES256-SHA']) {
    await expect(ask(cbc)).rejects.toThrow(/handshake/);
  }
});

test('a building and a gateway behind one address are served, and a flood from there is not', async () => {
  // A stand-in behind nginx, so that only nginx can say no.
  const listener = createServer((_request, response) => void response.end('served'));
  listener.on('upgrade', (_request, socket) => {
    socket.on('error', () => {}); // The test drops them all at once.
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n',
    );
  });
  const port = await freePort();
  listener.listen(port, '127.0.0.1');
  const own = await startNginx([port, nextPort]);
  const narrow = await startNginx([port, nextPort], {
    'rate=1000r/s': 'rate=5r/s',
    'burst=5000': 'burst=20',
    'surveillance_connections 2000;': 'surveillance_connections 10;',
  });
  const held: TLSSocket[] = [];
  const hold = async (url: string): Promise<string> => {
    const upgrade = 'Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
    return firstLine(url, `GET /socket.io/ HTTP/1.1\r\n${upgrade}`, {}, held);
  };
  try {
    // 256 cameras and 150 people with a socket each, and the console opened by all of them at once.
    const sockets = await Promise.all(Array.from({ length: 406 }, () => hold(own.url)));
    expect(sockets.filter((line) => !line.includes(' 101 '))).toEqual([]);
    const people = await askOften(own.url, 3000);
    expect(people.filter((status) => status !== 200)).toEqual([]);
    for (const socket of held.splice(0)) socket.destroy();
    // The same file with smaller numbers refuses: it counts, by either of its limits.
    const some = await Promise.all(Array.from({ length: 14 }, () => hold(narrow.url)));
    expect(some.filter((line) => line.includes(' 429 '))).toHaveLength(4);
    for (const socket of held.splice(0)) socket.destroy();
    const flood = await askOften(narrow.url, 60, 4);
    expect(flood.filter((status) => status === 429).length).toBeGreaterThan(30);
  } finally {
    for (const socket of held) socket.destroy();
    await Promise.all([own.stop(), narrow.stop()]);
    listener.close();
  }
});

test("the log has the client's own address, and not the one it claims", async () => {
  const agent = new Agent({ localAddress: '127.0.0.7', rejectUnauthorized: false });
  const client = new Client(nginx.url, undefined, {
    agent: agent as never,
    extraHeaders: { 'X-Forwarded-For': '203.0.113.66' },
  });
  await client.ask('watch', { tiles: [tile('PROXIED-01')], rtpCapabilities });
  client.close();
  const started = first.log.find(({ zone }) => zone === 'PROXIED-01');
  expect(started).toMatchObject({ msg: 'session started', address: '127.0.0.7' });
});

test('Chromium streams through it, and goes on while the server is replaced', async () => {
  const camera = await openConsole(browser, nginx.url, { zone: 'MOVED-01', role: 'camera' });
  await pill(camera, 'STREAMING');
  const operator = await openConsole(browser, nginx.url, { zone: 'MOVED-01', role: 'operator' });
  await framesFlow(operator);
  const metrics = await (await fetch(`${first.url}/metrics`)).text();
  for (const role of ['camera', 'operator']) {
    const came = `surveillance_joins_total{role="${role}",outcome="connected"}`;
    expect(metricValue(metrics, came)).toBe(1);
    expect(metricValue(metrics, `surveillance_join_duration_seconds_count{role="${role}"}`)).toBe(
      1,
    );
  }
  expect(metricValue(metrics, 'surveillance_transports{ice_path="udp"}')).toBe(2);
  for (const direction of ['in', 'out']) {
    for (const name of ['media_bytes_total', 'rtp_packets_total']) {
      const series = `surveillance_${name}{direction="${direction}"}`;
      expect(metricValue(metrics, series), series).toBeGreaterThan(10);
    }
  }
  expect(metrics).toMatch(/^surveillance_layer_changes_total\{to="\d"\} \d+$/m);
  await watchFrames(operator);
  const next = await startServer({ ...behindProxy, HTTP_PORT: `${nextPort}` });
  try {
    first.process.kill('SIGUSR2');
    await expect
      .poll(() => next.log.filter(({ msg }) => msg === 'session started').length, {
        timeout: 20_000,
      })
      .toBe(2);
    await pill(operator, 'STREAMING');
    await framesFlow(operator);
    const { longestGap, black } = await frameHistory(operator);
    console.log(`longest time without a new frame during the move: ${longestGap.toFixed(0)} ms`);
    expect(black).toBe(0); // The last picture stays until the next server's first.
    // The first one ends by itself, once the sessions it still kept have run out.
    await expect.poll(() => first.process.exitCode, { timeout: 15_000 }).toBe(0);
    await framesFlow(operator);
  } finally {
    await browser.close();
    await next.stop();
  }
});
