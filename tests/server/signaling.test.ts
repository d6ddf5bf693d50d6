/** The protocol as docs/protocol.md tells it, with socket clients that no browser helps. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { clientEvents } from '../../server/contract/events.ts';
import { Client, dtlsParameters, rtpCapabilities, rtpParameters, tile } from '../support/client.ts';
import { startServer, type RunningServer } from '../support/server.ts';

let server: RunningServer;
let clients: Client[] = [];
const connect = (session?: string): Client => {
  const client = new Client(server.url, session);
  clients.push(client);
  return client;
};

beforeAll(async () => {
  server = await startServer({ TLS_ENABLED: 'false' });
});
afterAll(async () => {
  await server?.stop();
});
beforeEach(() => {
  clients = [];
});
afterEach(() => clients.forEach((client) => client.close()));

async function publish(client: Client, zone: string): Promise<string> {
  const claimed = await client.ask('claim', { zone, label: 'gate' });
  expect(claimed.ok).toBe(true);
  const transportId = (claimed.transport as { id: string }).id;
  const answer = await client.ask('publish', {
    transportId,
    dtlsParameters,
    kind: 'video',
    rtpParameters,
  });
  expect(answer).toMatchObject({ ok: true });
  return transportId;
}

test('one acknowledgement takes a watcher from nothing to a consumer', async () => {
  await publish(connect(), 'ONE-01');
  const answer = await connect().ask('watch', { tiles: [tile('one-01')], rtpCapabilities });
  expect(answer).toMatchObject({ ok: true, zones: [{ id: 'ONE-01', viewers: 1 }] });
  expect(answer.consumers).toHaveLength(1);
  expect(answer.transport).toMatchObject({ iceCandidates: expect.any(Array) as unknown });
});

test('watching twice keeps transport and consumer', async () => {
  await publish(connect(), 'TWICE-01');
  const watcher = connect();
  const first = await watcher.ask('watch', { tiles: [tile('TWICE-01')], rtpCapabilities });
  const transportId = (first.transport as { id: string }).id;
  const again = await watcher.ask('watch', {
    tiles: [tile('TWICE-01')],
    rtpCapabilities,
    transportId,
  });
  expect(again.transport).toBeUndefined();
  expect(again.consumers).toEqual(first.consumers);
});

test('a waiting watcher hears of the camera, and within 2 s of its loss', async () => {
  const watcher = connect();
  await watcher.ask('watch', { tiles: [tile('WAIT-01')], rtpCapabilities });
  const camera = connect();
  await publish(camera, 'WAIT-01');
  await expect.poll(() => watcher.heard('producer:live')).toHaveLength(1);
  camera.socket.io.engine.close(); // a cut, not a farewell
  await expect.poll(() => watcher.heard('producer:gone'), { timeout: 2000 }).toHaveLength(1);
});

test('a second camera is refused; the same session coming back replaces its old self', async () => {
  const session = 'S'.repeat(32);
  const first = connect(session);
  await publish(first, 'SAME-01');
  expect(await connect().ask('claim', { zone: 'SAME-01', label: '' })).toMatchObject({
    ok: false,
    error: { code: 'zone-occupied' },
  });
  await publish(connect(session), 'SAME-01');
  await expect.poll(() => first.heard('session:ended')).toHaveLength(1);
});

test('what belongs to someone else cannot be touched', async () => {
  const camera = connect();
  const transportId = await publish(camera, 'OWN-01');
  const watcher = connect();
  const watched = await watcher.ask('watch', { tiles: [tile('OWN-01')], rtpCapabilities });
  const consumerId = (watched.consumers as { id: string; producerId: string }[])[0]?.id;
  const stranger = connect();
  const attempts = await Promise.all([
    stranger.ask('transport:connect', { transportId, dtlsParameters }),
    stranger.ask('transport:restart-ice', { transportId }),
    stranger.ask('transport:check', { transportId }),
    stranger.ask('consumer:resume', { consumerIds: [consumerId] }),
  ]);
  for (const answer of attempts) expect(answer.error?.code).toBe('not-found');
  const publishing = await stranger.ask('publish', { transportId, kind: 'video', rtpParameters });
  expect(publishing.error?.code).toBe('not-joined');
});

test('the server tells of a transport what it has sent on it, and that it is there', async () => {
  const watcher = connect();
  const watched = await watcher.ask('watch', { tiles: [tile('CHECK-01')], rtpCapabilities });
  const { id } = watched.transport as { id: string };
  expect(await watcher.ask('transport:check', { transportId: id })).toEqual({ ok: true, sent: 0 });
});

test('events out of order are refused, and repeated ones answered', async () => {
  const client = connect();
  expect((await client.ask('consumer:resume', { consumerIds: ['x'] })).error?.code).toBe(
    'not-found',
  );
  expect((await client.ask('unpublish', { producerId: 'x' })).error?.code).toBe('not-joined');
  expect(await client.ask('leave', {})).toEqual({ ok: true });
  expect(await client.ask('leave', {})).toEqual({ ok: true });
  const transportId = await publish(client, 'ORDER-01');
  const again = await client.ask('publish', { transportId, kind: 'video', rtpParameters });
  expect(again.error?.code).toBe('invalid-request');
  const unusable = {
    ...rtpParameters,
    codecs: [{ ...rtpParameters.codecs[0], mimeType: 'video/NONE' }],
  };
  const other = connect();
  const claim = await other.ask('claim', { zone: 'ORDER-02', label: '' });
  const refused = await other.ask('publish', {
    transportId: (claim.transport as { id: string }).id,
    dtlsParameters,
    kind: 'video',
    rtpParameters: unusable,
  });
  expect(refused.error?.code).toBe('unsupported-media');
});

test.each(Object.entries(clientEvents))(
  '%s survives missing, wrong and huge payloads',
  async (event, { request }) => {
    const client = connect();
    const asksNothing = 'shape' in request && Object.keys(request.shape).length === 0;
    const huge = 'x'.repeat(1_000_000);
    const payloads: unknown[][] = [
      [],
      [null],
      [7],
      [huge],
      [[huge]],
      ...['zone', 'tiles', 'transportId', 'consumerIds', 'producerId'].map((field) => [
        { [field]: huge },
      ]),
    ];
    for (const payload of payloads) {
      const answer = await client.ask(event, ...payload);
      if (asksNothing && answer.ok) continue; // Extra fields are nothing.
      expect(answer.error?.code).toBe('invalid-request');
    }
  },
);

test('a handshake without a session is refused', async () => {
  const client = connect('short');
  await expect
    .poll(() => client.socket.connected || client.socket.active, { timeout: 3000 })
    .toBe(false);
});

test('a viewer hears of many who come at once in a few notices, and of a camera at once', async () => {
  const first = connect();
  await first.ask('watch', { tiles: [tile('MANY-01')], rtpCapabilities });
  const crowd = Array.from({ length: 20 }, () => connect());
  await Promise.all(
    crowd.map((client) => client.ask('watch', { tiles: [tile('MANY-01')], rtpCapabilities })),
  );
  const heard = () => first.heard('zone:changed');
  await expect.poll(() => heard().at(-1)?.zone.viewers).toBe(21);
  expect(heard().length).toBeLessThan(10);

  await publish(connect(), 'MANY-01');
  expect(heard().map(({ zone }) => zone.camera)).toContain('connecting');
});
