/** Attacks on the running server: what docs/security.md says that they come to, they come to. */
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { errorCodes } from '../../server/contract/errors.ts';
import { clientEvents } from '../../server/contract/events.ts';
import {
  dtlsParameters,
  rtpCapabilities,
  rtpParameters,
  tile,
  transportOf,
  type Client,
} from '../support/client.ts';
import { syntheticClip } from '../support/peers/clip.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { enrol, join, password, setUp, Visitor } from '../support/visitor.ts';

const foreign = 'https://evil.example';

let server: RunningServer;
let ada: Visitor;
let clients: Client[] = [];
const opened = (client: Client): Client => {
  clients.push(client);
  return client;
};

beforeAll(async () => {
  server = await startServer({
    TLS_ENABLED: 'false',
    ACCESS_MODE: 'accounts',
    LIMITS_SOCKETS_PER_ACCOUNT: '6',
    LIMITS_REQUESTS_PER_ADDRESS: '100000',
  });
  ada = await setUp(server);
});
afterEach(() => {
  for (const client of clients) client.close();
  clients = [];
});
afterAll(async () => {
  await server?.stop();
});

/** Why a socket is not let in. */
async function refusal(client: Client): Promise<string> {
  return opened(client)
    .connected()
    .then(
      () => 'let in',
      (error: Error) => error.message,
    );
}

test('a socket without a sign-in is not let in', async () => {
  expect(await refusal(new Visitor(server.url).socket())).toMatch(/^unauthenticated: /);
});

test('a page of another site gets no socket, even with the cookie', async () => {
  expect(await refusal(ada.socket(undefined, { origin: foreign }))).not.toBe('let in');
  expect(await refusal(ada.socket(undefined, { origin: server.url }))).toBe('let in');
});

test('a page of another site changes nothing (CSRF)', async () => {
  const body = { name: 'Planted', password, grants: [] };
  const attempts = [
    ada.ask('POST', '/api/people', body, { origin: foreign }),
    ada.ask('POST', '/api/people', body, { origin: 'null' }),
    ada.ask('POST', '/api/people', body, { 'sec-fetch-site': 'cross-site' }),
  ];
  for (const { code } of await Promise.all(attempts)) expect(code).toBe('forbidden');
  const form = await fetch(`${server.url}/api/people`, {
    method: 'POST',
    headers: { ...ada.headers, 'content-type': 'text/plain' },
    body: JSON.stringify(body),
  });
  expect(form.status).toBe(400);
  expect(JSON.stringify(await ada.request('GET', '/api/people'))).not.toContain('Planted');
});

test('another origin reads nothing: no answer carries leave for it', async () => {
  const { headers } = await ada.ask('GET', '/api/people', undefined, { origin: foreign });
  expect(headers.get('access-control-allow-origin')).toBeNull();
});

test('a stolen session secret opens nothing of its owner’s', async () => {
  const secret = 'stolen'.padEnd(32, 'x');
  const kim = await join(server, ada, 'Kim', [{ role: 'operator', zones: '*' }]);
  const lea = await join(server, ada, 'Lea', [{ role: 'operator', zones: '*' }]);
  const own = opened(kim.socket(secret));
  await own.request('watch', { tiles: [tile('ONE-01')], rtpCapabilities });
  const thief = opened(lea.socket(secret));
  const answer = await thief.ask('view', { tiles: [tile('ONE-01')] });
  expect(answer.error?.code).toBe('not-joined');
  expect(own.heard('session:ended')).toEqual([]);
});

test('stolen transport and consumer ids are worth nothing', async () => {
  const camera = await enrol(server, await ada.addKey('camera', '*'));
  const filming = opened(camera.socket());
  const transportId = await publish(filming, 'OWN-01');
  const watching = opened(ada.socket());
  const watched = await watching.request('watch', { tiles: [tile('OWN-01')], rtpCapabilities });
  const consumers = watched.consumers;
  const mia = await join(server, ada, 'Mia', [{ role: 'operator', zones: '*' }]);
  const thief = opened(mia.socket());
  const attempts = [
    thief.ask('consumer:resume', { consumerIds: consumers.map(({ id }) => id) }),
    thief.ask('transport:connect', { transportId, dtlsParameters }),
    thief.ask('transport:restart-ice', { transportId }),
    thief.ask('transport:check', { transportId }),
    thief.ask('unpublish', { producerId: consumers[0]?.producerId }),
    thief.ask('publish', { transportId, kind: 'video', rtpParameters }),
  ];
  for (const { ok, error } of await Promise.all(attempts)) {
    expect(ok).toBe(false);
    expect(['not-found', 'not-joined']).toContain(error?.code);
  }
});

test('one account opens only so many sockets', async () => {
  const nils = await join(server, ada, 'Nils', [{ role: 'operator', zones: '*' }]);
  for (let index = 0; index < 6; index += 1) expect(await refusal(nils.socket())).toBe('let in');
  expect(await refusal(nils.socket())).toMatch(/^throttled: /);
  clients.pop();
  clients.pop()?.close();
  await expect.poll(() => refusal(nils.socket())).toBe('let in');
});

test('a client that keeps breaking the protocol is disconnected, and only that one', async () => {
  const good = opened(ada.socket());
  await good.connected();
  const bad = opened(ada.socket());
  await bad.connected();
  for (let index = 0; index < 30; index += 1) bad.socket.emit('no-such-event', index);
  await expect.poll(() => bad.socket.connected, { timeout: 2000 }).toBe(false);
  expect(good.socket.connected).toBe(true);
});

test('a message that is too large ends its socket, and only that one', async () => {
  const good = opened(ada.socket());
  await good.connected();
  const bad = opened(ada.socket());
  await bad.connected();
  bad.socket.emit('watch', 'x'.repeat(3_000_000), () => {});
  await expect.poll(() => bad.socket.connected, { timeout: 2000 }).toBe(false);
  expect(good.socket.connected).toBe(true);
  const huge = await ada.ask('POST', '/api/people', { name: 'x'.repeat(100_000) });
  expect(huge.code).toBe('invalid-request');
});

test.each([
  '/../package.json',
  '/assets/../../../package.json',
  '/assets/..%2f..%2f..%2fpackage.json',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/assets/%00',
  '/.git/config',
  '/api/../../package.json',
  '//etc/passwd',
  '/%',
])('the path %s leads nowhere', async (target) => {
  const answer = await raw(`GET ${target} HTTP/1.1`);
  expect(answer).toMatch(/^HTTP\/1\.1 (400|403|404) /);
  expect(answer).not.toMatch(/"dependencies"|root:|\[core\]| {4}at /);
});

test('answers carry the headers that keep other sites and injected scripts out', async () => {
  for (const path of ['/sign-in', '/api/me', '/nothing-here']) {
    const { headers } = await new Visitor(server.url).ask('GET', path);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/script-src 'self'(;|$)/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-powered-by')).toBeNull();
  }
});

test('no secret is in the log', async () => {
  const made = await ada.addKey('camera', '*');
  const log = JSON.stringify(server.log);
  for (const secret of [
    password,
    made.secret,
    made.enrolment.token,
    ada.headers.cookie ?? 'none',
  ]) {
    expect(log).not.toContain(secret);
  }
});

describe('random messages', () => {
  const batch = 100;
  let patient: RunningServer;
  let watcher: Client;
  let camera: LightPublisher;
  const clip = syntheticClip([{ width: 320, height: 180, bitrate: 100_000 }]);

  beforeAll(async () => {
    const plenty = '1000000';
    patient = await startServer({
      TLS_ENABLED: 'false',
      LIMITS_MESSAGES_PER_SOCKET: plenty,
      LIMITS_FAULTS_PER_SOCKET: plenty,
      LIMITS_JOINS_PER_SIGN_IN: plenty,
    });
    // A real one: a camera that sends nothing gives its place to whoever claims it.
    camera = await LightPublisher.start(patient.url, 'CALM-01', clip);
    watcher = new Visitor(patient.url).socket();
    await watcher.request('watch', { tiles: [tile('CALM-01')], rtpCapabilities });
  });
  afterAll(async () => {
    camera?.close();
    await patient?.stop();
  });

  const fields = fc.constantFrom(
    ...new Set(Object.values(clientEvents).flatMap(({ request }) => Object.keys(request.shape))),
  );
  const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom('CALM-01', 0, -1, 1e308));
  const payload = fc.oneof(fc.dictionary(fields, value, { maxKeys: 5 }), fc.jsonValue());

  test.each(Object.keys(clientEvents))(
    '10,000 for %s: each gets a typed answer, and another zone never notices',
    async (event) => {
      const attacker = opened(new Visitor(patient.url).socket());
      await attacker.connected();
      const before = disturbances(watcher);
      await fc.assert(
        fc.asyncProperty(
          fc.array(payload, { minLength: batch, maxLength: batch }),
          async (payloads) => {
            const answers = await Promise.all(payloads.map((one) => attacker.ask(event, one)));
            for (const { ok, error } of answers) {
              if (ok) continue;
              expect(errorCodes).toContain(error?.code);
              expect(error?.code).not.toBe('internal');
            }
          },
        ),
        { numRuns: 100, endOnFailure: true },
      );
      expect(disturbances(watcher)).toEqual(before);
      expect((await fetch(`${patient.url}/readyz`)).status).toBe(200);
    },
    60_000,
  );

  test('afterwards nothing is left over', async () => {
    const memory = async (): Promise<number> => {
      const text = await (await fetch(`${patient.url}/metrics`)).text();
      return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]);
    };
    expect(await memory()).toBeLessThan(600e6);
    const again = await watcher.request('watch', { tiles: [tile('CALM-01')], rtpCapabilities });
    expect(again.consumers[0]).toBeDefined();
  });
});

/** What a viewer would notice of its picture. */
function disturbances(client: Client): string[] {
  const harmless = ['zones', 'zones:changed', 'zone:changed'];
  return client.notices.map(({ event }) => event).filter((event) => !harmless.includes(event));
}

async function publish(client: Client, zone: string): Promise<string> {
  const claimed = await client.request('claim', { zone, label: 'gate' });
  const transportId = transportOf(claimed).id;
  const how = { transportId, dtlsParameters, kind: 'video' as const, rtpParameters };
  await client.request('publish', how);
  return transportId;
}

/** The whole answer to a request line that no client library would send as it is. */
function raw(line: string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.setTimeout(5000, () => reject(new Error('no answer')));
    socket.on('data', (text: Buffer) => (answer += text.toString()));
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
    socket.write(`${line}\r\nHost: ${hostname}:${port}\r\nConnection: close\r\n\r\n`);
  });
}
