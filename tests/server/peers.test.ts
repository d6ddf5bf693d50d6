/** The light peers against the real server: what the wall's tests and the benchmarks stand on. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { threeLayerClip } from '../support/peers/clip.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { LightWatcher } from '../support/peers/watcher.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const clip = threeLayerClip();

let server: RunningServer;
let peers: { close(): void }[] = [];
const publish = async (zone: string): Promise<LightPublisher> => {
  const publisher = await LightPublisher.start(server.url, zone, clip);
  peers.push(publisher);
  return publisher;
};
const watch = async (zone: string): Promise<LightWatcher> => {
  const watcher = new LightWatcher(server.url);
  peers.push(watcher);
  await watcher.watch(zone);
  await watcher.connected();
  return watcher;
};

beforeAll(async () => {
  server = await startServer({ TLS_ENABLED: 'false' });
});
afterEach(() => {
  for (const peer of peers) peer.close();
  peers = [];
});
afterAll(async () => {
  await server?.stop();
});

test('what a light publisher sends, a light watcher counts, beginning with a key frame', async () => {
  const publisher = await publish('LIGHT-01');
  const watcher = await watch('LIGHT-01');
  await expect.poll(() => watcher.received().packets, { timeout: 10_000 }).toBeGreaterThan(200);
  const [stream] = watcher.streams.values();
  expect(stream).toMatchObject({ lost: 0, producerId: publisher.producerId });
  expect(stream?.keyFrames).toBeGreaterThanOrEqual(1);
  expect(stream?.bytes).toBeGreaterThan(200 * 500);
});

test('a watcher rises to the top layer, since sender reports relate the layers', async () => {
  await publish('LIGHT-TOP-01');
  const watcher = await watch('LIGHT-TOP-01');
  await expect.poll(() => [...watcher.streams.values()][0]?.width, { timeout: 15_000 }).toBe(1280);
});

test('a request for a key frame makes one', async () => {
  const publisher = await publish('LIGHT-PLI-01');
  const watcher = await watch('LIGHT-PLI-01');
  await expect.poll(() => [...watcher.streams.values()][0]?.width, { timeout: 15_000 }).toBe(1280);
  // mediasoup hands on at most one request in the time that the server sets.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const before = { made: publisher.layers[2]?.keyFrames ?? 0, seen: watcher.received().keyFrames };
  watcher.requestKeyFrame();
  await expect.poll(() => publisher.layers[2]?.keyFrames).toBe(before.made + 1);
  await expect.poll(() => watcher.received().keyFrames).toBe(before.seen + 1);
});

test('layers that nobody watches are not sent, and begin with a key frame when someone does', async () => {
  const publisher = await publish('LIGHT-SLEEP-01');
  const sent = () => publisher.layers.map(({ packets }) => packets);
  const watcher = await watch('LIGHT-SLEEP-01');
  const small = { zone: 'LIGHT-SLEEP-01', width: 320, height: 180, visible: true, focused: false };
  await watcher.view([small]);
  await expect.poll(() => [...watcher.streams.values()][0]?.width, { timeout: 15_000 }).toBe(320);
  await expect
    .poll(() => publisher.layers.map(({ active }) => active), { timeout: 15_000 })
    .toEqual([true, false, false]);
  const asleep = sent();
  await expect.poll(() => sent()[0]).toBeGreaterThan((asleep[0] ?? 0) + 20);
  expect(sent().slice(1)).toEqual(asleep.slice(1));
  const keyFrames = publisher.layers[2]?.keyFrames ?? 0;
  await watcher.view([{ ...small, width: 1280, height: 720 }]);
  await expect.poll(() => publisher.layers[2]?.keyFrames).toBeGreaterThan(keyFrames);
  await expect.poll(() => [...watcher.streams.values()][0]?.width).toBe(1280);
});
