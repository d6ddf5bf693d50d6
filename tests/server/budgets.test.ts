/** What one account, or one address, may cost; and that control rooms and gateways fit into the defaults. */
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rtpCapabilities, tile, type Answer, type Client } from '../support/client.ts';
import { metricValue } from '../support/metrics.ts';
import { RawPolling } from '../support/raw-socket.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { join, setUp, Visitor } from '../support/visitor.ts';

const pause = (duration: number) => new Promise((resolve) => setTimeout(resolve, duration));
const limited = async (server: RunningServer, limit: string): Promise<number> => {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return metricValue(text, `surveillance_limited_total{limit="${limit}"}`);
};
const told = (server: RunningServer, limit: string): unknown[] =>
  server.log.filter((line) => line.limit === limit);

/** Waits longer than a client would: here many come at once, and whether they are let in is what counts. */
const patiently = (client: Client, event: string, payload: unknown): Promise<Answer> =>
  client.socket.timeout(20_000).emitWithAck(event, payload) as Promise<Answer>;

const cutOff: Answer = { ok: false, error: { code: 'throttled', message: 'disconnected' } };

describe('with the defaults', () => {
  let server: RunningServer;
  let ada: Visitor;
  let clients: Client[] = [];
  const opened = (client: Client): Client => {
    clients.push(client);
    return client;
  };
  beforeAll(async () => {
    server = await startServer({ TLS_ENABLED: 'false', ACCESS_MODE: 'accounts' });
    ada = await setUp(server);
  });
  afterAll(async () => {
    await server?.stop();
  });
  const closeAll = (): void => {
    for (const client of clients) client.close();
    clients = [];
  };

  test('256 cameras of one key, behind one address, all film', async () => {
    const { secret } = await ada.addKey('camera', 'CITY-*');
    const gateway = new Visitor(server.url);
    const cameras = Array.from({ length: 256 }, () =>
      opened(gateway.socket(undefined, { authorization: `Bearer ${secret}` })),
    );
    const answers = await Promise.all(
      cameras.map((camera, index) =>
        patiently(camera, 'claim', { zone: `CITY-${index}`, label: '' }),
      ),
    );
    expect(answers.filter(({ ok }) => !ok)).toEqual([]);
    closeAll();
  });

  test('a control room of 150 behind one address comes back all at once, and so do its walls', async () => {
    const kim = await join(server, ada, 'Kim', [{ role: 'operator', zones: '*' }]);
    const { secret } = await ada.addKey('wall', '*');
    // Of one account 64 may be open, so some accounts stand for all.
    const lea = await join(server, ada, 'Lea', [{ role: 'operator', zones: '*' }]);
    const mia = await join(server, ada, 'Mia', [{ role: 'operator', zones: '*' }]);
    const operators = [kim, lea, mia].flatMap((one) =>
      Array.from({ length: 50 }, () => opened(one.socket())),
    );
    const wall = new Visitor(server.url);
    const walls = Array.from({ length: 20 }, () =>
      opened(wall.socket(undefined, { authorization: `Bearer ${secret}` })),
    );
    const tiles = Array.from({ length: 64 }, (_, index) => tile(`CITY-${index}`));
    const answers = await Promise.all([
      ...operators.map((one) =>
        patiently(one, 'watch', { tiles: tiles.slice(0, 4), rtpCapabilities }),
      ),
      ...walls.map((one) => patiently(one, 'watch', { tiles, rtpCapabilities })),
    ]);
    expect(answers.filter(({ ok }) => !ok)).toEqual([]);
    closeAll();
  });

  test('one operator with 40 sockets and ever new zones is throttled, and others join as before', async () => {
    const eve = await join(server, ada, 'Eve', [{ role: 'operator', zones: '*' }]);
    const other = opened(ada.socket());
    const latest = async (): Promise<number> => {
      const page = await ada.request<{ records: { number: number }[] }>(
        'GET',
        '/api/audit?limit=1',
      );
      return page.records[0]?.number ?? 0;
    };
    const sockets = Array.from({ length: 40 }, () => opened(eve.socket()));
    await Promise.all(sockets.map((socket) => socket.connected()));
    const lines = server.log.length;
    const before = await latest();
    const state = { over: false, zone: 0 };
    const codes = new Set<string>();
    const sentences = new Set<string>();
    const attack = Promise.all(
      sockets.map(async (socket) => {
        while (!state.over) {
          const tiles = Array.from({ length: 64 }, () => tile(`NEW-${(state.zone += 1)}`));
          const { error } = await socket.ask('watch', { tiles, rtpCapabilities });
          if (!error) continue;
          codes.add(error.code);
          sentences.add(error.message.replaceAll(/\d+/g, 'N'));
          await pause(100);
        }
      }),
    ).catch(() => {}); // Whoever asks too much is disconnected in the end.
    const waits: number[] = [];
    for (let turn = 0; turn < 20; turn += 1) {
      const began = performance.now();
      await other.request('watch', { tiles: [tile(`CITY-${turn}`)], rtpCapabilities });
      waits.push(performance.now() - began);
      await pause(100);
    }
    state.over = true;
    await attack;
    expect([...codes]).toEqual(['throttled']);
    for (const sentence of sentences) expect(sentence).toMatch(/account/);
    // A person's budget of a minute, what flows back meanwhile, and the other's own.
    expect((await latest()) - before).toBeLessThan(2600);
    expect(server.log.length - lines).toBeLessThan(2600);
    expect(told(server, 'records').length + told(server, 'zones').length).toBeLessThanOrEqual(2);
    waits.sort((a, b) => a - b);
    expect(waits[10]).toBeLessThan(200);
    expect((await limited(server, 'records')) + (await limited(server, 'zones'))).toBeGreaterThan(
      0,
    );
    closeAll();
  });

  test('snapshots are records too', async () => {
    const ida = await join(server, ada, 'Ida', [{ role: 'operator', zones: '*' }]);
    const socket = opened(ida.socket());
    await socket.request('watch', { tiles: [tile('CITY-1')], rtpCapabilities });
    const before = await limited(server, 'records');
    // As many messages as a socket may send, again and again.
    const others = Array.from({ length: 8 }, () => opened(ida.socket()));
    await Promise.all(
      others.map((one) => one.request('watch', { tiles: [tile('CITY-1')], rtpCapabilities })),
    );
    const answers = await Promise.all(
      others.flatMap((one) =>
        Array.from({ length: 280 }, () =>
          // Whoever goes on after many refusals is disconnected in the end.
          patiently(one, 'snapshot', { zone: 'CITY-1' }).catch(() => cutOff),
        ),
      ),
    );
    const refused = answers.flatMap(({ error }) => error?.code ?? []);
    expect(new Set(refused)).toEqual(new Set(['throttled']));
    expect(answers.length - refused.length).toBeLessThan(2500);
    expect(await limited(server, 'records')).toBeGreaterThan(before);
    closeAll();
  });
});

describe('with small limits', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer({
      LIMITS_CONNECTIONS_PER_ADDRESS: '20',
      LIMITS_HANDSHAKES_PER_ADDRESS: '40',
      LIMITS_SOCKETS_PER_ADDRESS: '12',
      LIMITS_HEADERS_TIME: '1000',
      LIMITS_REQUEST_TIME: '1500',
      HTTP_TRUSTED_PROXIES: '127.0.0.9',
    });
  });
  afterAll(async () => {
    await server?.stop();
  });

  const to = (localAddress: string): Socket => {
    const socket = connect({
      host: '127.0.0.1',
      port: Number(new URL(server.url).port),
      localAddress,
    });
    socket.on('error', () => {}); // It is cut.
    return socket;
  };
  const overTls = async (localAddress: string): Promise<Socket> => {
    const socket = connectTls({ socket: to(localAddress), rejectUnauthorized: false });
    socket.on('error', () => {});
    await once(socket, 'secureConnect');
    return socket;
  };
  /** How long until it is closed, ms. */
  const life = async (socket: Socket): Promise<number> => {
    const began = performance.now();
    socket.resume();
    await new Promise((resolve) => socket.once('close', resolve));
    return performance.now() - began;
  };

  test('slow headers, slow bodies, silence and unfinished handshakes of TLS are cut soon', async () => {
    const [silent, slow, body] = await Promise.all(
      ['127.0.0.2', '127.0.0.2', '127.0.0.2'].map(overTls),
    );
    slow?.write('GET / HTTP/1.1\r\nHost: localhost\r\n');
    body?.write(
      'POST /api/sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{',
    );
    const drip = setInterval(() => {
      slow?.write('X-Slow: 1\r\n');
      body?.write(' ');
    }, 300);
    const lives = await Promise.all(
      [silent, slow, body, to('127.0.0.2')].map((one) => one && life(one)),
    );
    clearInterval(drip);
    for (const each of lives) expect(each).toBeLessThan(6000);
  });

  test('one address holds so many connections; another one is let in', async () => {
    const held = Array.from({ length: 20 }, () => to('127.0.0.3'));
    await Promise.all(held.map((socket) => once(socket, 'connect')));
    await pause(50);
    // At once, and not when their headers are due.
    const refused = Array.from({ length: 20 }, () => life(to('127.0.0.3')));
    for (const each of await Promise.all(refused)) expect(each).toBeLessThan(900);
    const other = await overTls('127.0.0.4');
    other.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    expect(String((await once(other, 'data'))[0])).toContain('200 OK');
    for (const socket of held) socket.destroy();
    expect(told(server, 'connections')).toHaveLength(1);
    // And a trusted proxy has no limit.
    const proxied = Array.from({ length: 30 }, () => to('127.0.0.9'));
    await Promise.all(proxied.map((socket) => once(socket, 'connect')));
    await pause(100);
    expect(proxied.filter(({ destroyed }) => destroyed)).toEqual([]);
    for (const socket of proxied) socket.destroy();
  });
});

describe('behind a trusted proxy', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer({
      TLS_ENABLED: 'false',
      LIMITS_HANDSHAKES_PER_ADDRESS: '30',
      LIMITS_SOCKETS_PER_ADDRESS: '12',
      LIMITS_REQUESTS_PER_ADDRESS: '60',
      LIMITS_CONNECTIONS_PER_ADDRESS: '5',
      HTTP_TRUSTED_PROXIES: 'loopback',
    });
  });
  afterAll(async () => {
    await server?.stop();
  });
  const from = (address: string) => ({ 'x-forwarded-for': address });
  const refusals = async (addresses: string[]): Promise<string[]> => {
    const outcomes = await Promise.allSettled(
      addresses.map((address) => RawPolling.open(server.url, from(address))),
    );
    return outcomes.flatMap((one) => (one.status === 'rejected' ? String(one.reason) : []));
  };
  const times = (count: number, address: string): string[] => Array<string>(count).fill(address);

  test('sockets are counted by the client that it names, IPv6 by the network', async () => {
    const some = await refusals(times(20, '203.0.113.1'));
    expect(some).toHaveLength(8);
    expect(some[0]).toContain('throttled: This address has too many connections open already.');
    const network = Array.from({ length: 20 }, (_, index) => `2001:db8:1:2::${index + 1}`);
    expect(await refusals(network)).toHaveLength(8);
    expect(await refusals(['203.0.113.2', '2001:db8:1:3::1'])).toEqual([]);
    expect(await limited(server, 'sockets')).toBe(16);
    expect(told(server, 'sockets')).toHaveLength(2);
  });

  test('a socket that says nothing gives its place to one that comes; one that speaks keeps it', async () => {
    const [silent, speaking] = ['203.0.113.20', '203.0.113.21'];
    const open = (address: string) => RawPolling.open(server.url, from(address));
    await Promise.all(times(12, speaking).map(async (address) => (await open(address)).join()));
    expect(await refusals(times(12, silent))).toEqual([]);
    expect(await refusals([silent])).toHaveLength(1);
    // Without that it would be 10 s.
    const soon = { timeout: 8000, interval: 500 };
    await expect.poll(() => refusals([silent]), soon).toEqual([]);
    expect(await refusals([speaking])).toHaveLength(1);
  });

  test('so are the openings of sockets, which are refused in words', async () => {
    const refused = await refusals(times(200, '203.0.113.7'));
    const openings = refused.filter((text) => /throttled: Too many connections/.test(text));
    expect(openings.length).toBeGreaterThanOrEqual(165);
    expect(openings[0]).toMatch(/Too many connections from this address; try again in \d+ s\./);
    expect(told(server, 'handshakes')).toHaveLength(1);
    expect(await refusals(['203.0.113.8'])).toEqual([]);
  });

  test('and requests', async () => {
    const ask = (address: string) => fetch(`${server.url}/sign-in`, { headers: from(address) });
    const answers = await Promise.all(times(80, '203.0.113.9').map(ask));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(18);
    expect(await refused[0]?.text()).toMatch(/Too many requests from this address/);
    expect((await ask('203.0.113.10')).status).toBeLessThan(400);
    expect(told(server, 'requests')).toHaveLength(1);
  });
});
