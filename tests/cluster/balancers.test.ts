/** The shipped nginx and HAProxy files in front of three real nodes: where sockets go, and what stays inside. */
import type { IncomingMessage } from 'node:http';
import { request as requestTls, type RequestOptions } from 'node:https';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import type { ManagerOptions } from 'socket.io-client';
import { balancers, nodeNames } from '../support/balancers.ts';
import { Client } from '../support/client.ts';
import { offers, wayLines } from '../support/offers.ts';
import { killUnderCrowd, roomFor } from '../support/crowd.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { testWith } from '../support/prerequisites.ts';
import { ThreeNodes } from '../support/three-nodes.ts';

const test = testWith(['redis-server', 'nginx', 'haproxy']);
const kinds = Object.keys(balancers);
/** What a client trickles, with the credentials of its offer. */
const candidates = [...wayLines.slice(0, 2), 'a=end-of-candidates', ''].join('\r\n');
const polling = {
  transports: ['polling'],
  withCredentials: true,
} satisfies Partial<ManagerOptions>;
/** Sockets of a node that dies; a thousand of them: tests/long/dying-node.test.ts. */
const crowd = 300;
const comingBack = { reconnection: true, reconnectionDelay: 200, timeout: 3000 };

describe.skipIf(!postgresPrograms)('three nodes behind one address', () => {
  let three: ThreeNodes;
  const open: Client[] = [];

  const connect = (kind: string, options: Partial<ManagerOptions> = {}): Client => {
    const client = new Client(three.front(kind).url, undefined, options);
    open.push(client);
    return client;
  };
  const whereIs = (client: Client): Promise<string> => three.whereIs(client);
  const ask = (
    kind: string,
    path: string,
    more: RequestOptions = {},
    body = '',
  ): Promise<IncomingMessage> => {
    const { port } = new URL(three.front(kind).url);
    return new Promise((resolve, reject) => {
      const options = { port, path, rejectUnauthorized: false, ...more };
      requestTls(options, (response) => resolve(response.resume()))
        .once('error', reject)
        .end(body);
    });
  };
  const get = async (kind: string, path: string, host = 'localhost'): Promise<number | undefined> =>
    (await ask(kind, path, { headers: { host } })).statusCode;

  beforeAll(async () => {
    three = await ThreeNodes.behind(kinds, roomFor(crowd));
  });
  afterEach(() => {
    for (const client of open.splice(0)) client.close();
  });
  afterAll(async () => three?.stop());

  test.each(kinds)(
    '%s: a socket goes to the node that it names, by either transport',
    async (kind) => {
      for (const name of nodeNames) {
        expect(await whereIs(connect(kind, { query: { node: name } }))).toBe(name);
        expect(await whereIs(connect(kind, { ...polling, query: { node: name } }))).toBe(name);
      }
    },
  );

  test.each(kinds)(
    '%s: without a name, and by one that is none, sockets are spread',
    async (kind) => {
      const names = ['', 'east', 'north|', '../north', 'x'.repeat(300), 'a\r\nb'];
      const queries = [...names.map((name) => ({ node: name })), {}, {}];
      const found = new Set<string>();
      const all = queries.flatMap((query) => [{ query }, { ...polling, query }]);
      await Promise.all(
        all.map(async (options) => found.add(await whereIs(connect(kind, options)))),
      );
      expect(found.size).toBeGreaterThan(1);
    },
  );

  test.each(kinds)(
    '%s: polling stays at its node, whatever its cookie says beside',
    async (kind) => {
      for (const cookie of ['', '__Host-surveillance-node=a b; x=1']) {
        const client = connect(kind, { ...polling, extraHeaders: { cookie } });
        const where = await whereIs(client);
        for (let times = 0; times < 10; times += 1) {
          expect(await client.request('leave', {})).toEqual({ ok: true });
        }
        expect(await whereIs(client)).toBe(where);
      }
    },
  );

  test.each(kinds)(
    '%s: a socket that begins by polling becomes a WebSocket of the same node',
    async (kind) => {
      const client = connect(kind, { transports: ['polling', 'websocket'], withCredentials: true });
      const where = await whereIs(client);
      await expect.poll(() => client.socket.io.engine.transport.name).toBe('websocket');
      expect(await whereIs(client)).toBe(where);
    },
  );

  test.each(kinds)(
    '%s: a session of WHIP is spoken of at the node that has it, by its own address',
    async (kind) => {
      const send = (method: string, path: string, headers: Record<string, string>, body = '') =>
        ask(kind, path, { method, headers: { host: 'localhost', ...headers } }, body);
      for (const name of nodeNames) {
        const zone = `WHIP-${kind}-${name}`.toUpperCase();
        const type = { 'content-type': 'application/sdp' };
        const made = await send('POST', `/whip/${zone}?node=${name}`, type, offers.gstreamer);
        expect(made.statusCode).toBe(201);
        const { location = '', etag = '' } = made.headers;
        expect(location).toMatch(new RegExp(`^/whip/${zone}/\\S+\\?node=${name}$`));
        const fragment = { 'content-type': 'application/trickle-ice-sdpfrag' };
        const patch = async (condition: string): Promise<number | undefined> => {
          const headers = { ...fragment, 'if-match': condition };
          return (await send('PATCH', location, headers, candidates)).statusCode;
        };
        for (let times = 0; times < 4; times += 1) {
          expect(await patch(etag)).toBe(204);
          expect(await patch('"another"')).toBe(412);
        }
        const asked = await send('OPTIONS', location, {});
        expect([asked.statusCode, asked.headers.allow]).toEqual([
          204,
          'PATCH, DELETE, OPTIONS, GET, HEAD',
        ]);
        expect((await send('DELETE', location, {})).statusCode).toBe(200);
        expect((await send('DELETE', location, {})).statusCode).toBe(404);
      }
    },
  );

  test.each(kinds)(
    '%s: metrics stay inside, other names are refused, addresses are real',
    async (kind) => {
      for (const path of [
        ...['/metrics', '/METRICS', '//metrics', '/x/../metrics', '/%6Detrics', '/metrics%2F'],
        ...[
          '/assets/..%2Fmetrics',
          '/healthz',
          '/healthz/',
          '/metrics;x',
          '/./metrics',
          '/metrics?x=1',
        ],
      ])
        expect([400, 403, 404], path).toContain(await get(kind, path));
      expect(await get(kind, '/')).toBe(200);
      expect(await get(kind, '/readyz')).toBe(200);
      for (const host of ['evil.example', '127.0.0.1', 'localhost.evil.example']) {
        expect(await get(kind, '/', host), host).toBe(421);
        expect(await get(kind, '/readyz', host), host).toBe(200);
      }
      const plain = await fetch(`${three.front(kind).plainUrl}/x?y=1`, { redirect: 'manual' });
      expect([plain.status, plain.headers.get('location')]).toEqual([
        301,
        'https://localhost/x?y=1',
      ]);
      const headers = { 'X-Forwarded-For': '203.0.113.66', Forwarded: 'for=203.0.113.66' };
      const where = await whereIs(connect(kind, { extraHeaders: headers }));
      expect(three.node(where).log.findLast(({ msg }) => msg === 'session started')?.address).toBe(
        '127.0.0.1',
      );
    },
  );

  test.each(kinds)(
    '%s: browsers are to come by HTTPS only, and bodies have an end',
    async (kind) => {
      const { headers } = await ask(kind, '/');
      expect(headers['strict-transport-security']).toMatch(/^max-age=\d+/);
      // Said to be so large, which is refused before any of it is read.
      const send = async (path: string, bytes: number): Promise<number | undefined> => {
        const told = { host: 'localhost', 'content-length': `${bytes}`, expect: '100-continue' };
        return (await ask(kind, path, { method: 'POST', headers: told })).statusCode;
      };
      expect(await send('/api/v1/sign-in', 200_000)).toBe(413);
      expect(await send('/socket.io/?EIO=4&transport=polling', 3_000_000)).toBe(413);
    },
  );

  test('a node that is killed: its sockets are at others at once, and nobody asks it any more', async () => {
    const moved = kinds.flatMap((kind) => [
      connect(kind, { ...comingBack, query: { node: 'west' } }),
      connect(kind, { ...comingBack, ...polling, query: { node: 'west' } }),
    ]);
    for (const client of moved) expect(await whereIs(client)).toBe('west');
    const began = performance.now();
    const back = moved.map(
      (client) => new Promise((done) => client.socket.once('disconnect', done)),
    );
    three.node('west').process.kill('SIGKILL');
    await Promise.all(back);
    for (const client of moved) expect(await whereIs(client)).not.toBe('west');
    expect(performance.now() - began).toBeLessThan(5000);
    for (const kind of kinds) {
      expect(await whereIs(connect(kind, { query: { node: 'west' } }))).not.toBe('west');
      expect(await whereIs(connect(kind))).not.toBe('west');
      expect(await get(kind, '/')).toBe(200);
    }
    await three.start('west');
  });

  test('a node with many sockets dies: all are back on the others in seconds, and spread', async () => {
    const about = { count: crowd, node: 'west' } as const;
    const { time, sessions } = await killUnderCrowd(three, 'haproxy', about);
    console.log(`${crowd} sockets were back after ${time.toFixed(0)} ms`);
    expect(time).toBeLessThan(20_000);
    expect(sessions.size).toBe(2);
    for (const held of sessions.values()) {
      expect(held).toBeGreaterThan(0.4 * crowd);
      expect(held).toBeLessThan(0.6 * crowd + 50);
    }
    await three.start('west');
  });

  test('a node that drains names another one to its sockets, gets no new ones, and lets go of those that poll', async () => {
    const told = kinds.map((kind) => connect(kind, { query: { node: 'south' } }));
    const poll = { ...polling, ...comingBack, query: { node: 'south' } };
    const cut = kinds.map((kind) => connect(kind, poll));
    for (const client of [...told, ...cut]) expect(await whereIs(client)).toBe('south');
    const back = cut.map((client) => new Promise((done) => client.socket.once('disconnect', done)));
    three.node('south').process.kill('SIGUSR2');
    for (const client of told) {
      await expect.poll(() => client.heard('server:draining')).toHaveLength(1);
      expect(['north', 'west']).toContain(client.heard('server:draining')[0]?.node);
    }
    await Promise.all(back);
    for (const client of cut) expect(await whereIs(client)).not.toBe('south');
    for (const kind of kinds) {
      expect(await whereIs(connect(kind, { query: { node: 'south' } }))).not.toBe('south');
      expect(await whereIs(connect(kind))).not.toBe('south');
    }
  });

  test('HAProxy asks nodes, and leaves out one that hangs', async () => {
    await three.takes('haproxy', 'west');
    three.node('north').process.kill('SIGSTOP');
    try {
      await expect
        .poll(
          async () => {
            const client = connect('haproxy', { query: { node: 'north' }, timeout: 1000 });
            return client.connected().then(
              () => whereIs(client),
              () => 'nowhere',
            );
          },
          { timeout: 6000 },
        )
        .toBe('west');
    } finally {
      three.node('north').process.kill('SIGCONT');
    }
  });
});
