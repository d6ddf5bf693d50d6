/** What a viewer cannot have is said of that feed, and takes no other one along. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Request } from '../../server/contract/events.ts';
import { Client, rtpCapabilities, rtpParameters, tile, transportOf } from '../support/client.ts';
import { startServer, type RunningServer } from '../support/server.ts';

let server: RunningServer;
const clients: Client[] = [];
beforeAll(async () => {
  server = await startServer({ TLS_ENABLED: 'false' });
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(async () => {
  await server?.stop();
});

function connect(): Client {
  const client = new Client(server.url);
  clients.push(client);
  return client;
}

const h264 = {
  mid: '0',
  codecs: [
    {
      mimeType: 'video/H264',
      payloadType: 97,
      clockRate: 90000,
      parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f' },
    },
  ],
  encodings: [{ ssrc: 2222 }],
};

async function film(zone: string, parameters: Request<'publish'>['rtpParameters'] = rtpParameters) {
  const camera = connect();
  return { camera, ...(await camera.film(zone, parameters)) };
}

/** A viewer that can decode VP8 and nothing else. */
async function watch(viewer: Client, ...zones: string[]) {
  const answer = await viewer.request('watch', { tiles: zones.map(tile), rtpCapabilities });
  return { consumers: answer.consumers, refused: answer.refused };
}

test('a camera that one viewer cannot decode is refused in words, and the others come', async () => {
  const [, odd] = [await film('PLAIN-01'), await film('ODD-01', h264), await film('PLAIN-02')];
  const { consumers, refused } = await watch(connect(), 'PLAIN-01', 'ODD-01', 'PLAIN-02');
  expect(consumers.map(({ zone }) => zone)).toEqual(['PLAIN-01', 'PLAIN-02']);
  expect(refused).toEqual([
    {
      zone: 'ODD-01',
      producerId: odd.producerId,
      kind: 'video',
      code: 'unsupported-media',
      message: expect.stringMatching(/cannot decode H264.*Use .* or have the camera send with VP8/),
    },
  ]);
});

test('a camera that comes and cannot be decoded is told of, and so is its end', async () => {
  const viewer = connect();
  await watch(viewer, 'LATER-01', 'LATER-02');
  const { camera, producerId } = await film('LATER-01', h264);
  await film('LATER-02');
  await expect.poll(() => viewer.heard('producer:live')).toHaveLength(1);
  expect(viewer.heard('producer:refused')).toMatchObject([
    { refused: [{ zone: 'LATER-01', producerId, code: 'unsupported-media' }] },
  ]);
  camera.close();
  await expect
    .poll(() => viewer.heard('producer:gone'), { timeout: 5000 })
    .toContainEqual({ zone: 'LATER-01', consumerIds: [] });
  await film('LATER-01');
  await expect.poll(() => viewer.heard('producer:live')).toHaveLength(2);
});

test('nobody who cannot decode a camera keeps it awake', async () => {
  const quick = await startServer({
    TLS_ENABLED: 'false',
    CAMERA_WARM_UP: '100',
    CAMERA_LINGER: '100',
  });
  const camera = new Client(quick.url);
  const viewer = new Client(quick.url);
  clients.push(camera, viewer);
  try {
    const claimed = await camera.request('claim', { zone: 'SLEEPY-01', label: '' });
    const transportId = transportOf(claimed).id;
    await camera.request('publish', { transportId, kind: 'video', rtpParameters: h264 });
    await viewer.request('watch', { tiles: [tile('SLEEPY-01')], rtpCapabilities });
    await expect.poll(() => camera.heard('layers:wanted')).toEqual([{ highest: null }]);
  } finally {
    await quick.stop();
  }
});

test('one tile that is not watched is named, and the others are shown', async () => {
  const viewer = connect();
  await watch(viewer, 'SHOWN-01');
  const small = { ...tile('SHOWN-01'), width: 320, height: 180 };
  const answer = await viewer.ask('view', { tiles: [small, tile('STRANGE-01')] });
  expect(answer).toEqual({ ok: true, unwatched: ['STRANGE-01'] });
  expect((await viewer.ask('view', { tiles: [tile('STRANGE-01')] })).error?.code).toBe(
    'not-joined',
  );
});

test('a consumer that has just ended is named, and the others are resumed', async () => {
  const [first] = [await film('ENDS-01'), await film('ENDS-02')];
  const viewer = connect();
  const { consumers } = await watch(viewer, 'ENDS-01', 'ENDS-02');
  const [gone, there] = consumers.map(({ id }) => id);
  await first.camera.request('unpublish', { producerId: first.producerId });
  const answer = await viewer.ask('consumer:resume', { consumerIds: [gone, there] });
  expect(answer).toEqual({ ok: true, gone: [gone] });
  expect((await viewer.ask('consumer:resume', { consumerIds: [gone] })).error?.code).toBe(
    'not-found',
  );
});

test('a request that is refused leaves what was watched before', async () => {
  await film('STAYS-01');
  const viewer = connect();
  await watch(viewer, 'STAYS-01');
  const many = Array.from({ length: 65 }, (_, n) => tile(`STAYS-${n + 1}`));
  expect((await viewer.ask('watch', { tiles: many, rtpCapabilities })).error?.code).toBe(
    'invalid-request',
  );
  expect((await viewer.ask('view', { tiles: [tile('STAYS-01')] })).ok).toBe(true);
});
