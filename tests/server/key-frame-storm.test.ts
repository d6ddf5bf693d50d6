/** Many viewers come at once; the camera must not pay for each of them. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { threeLayerClip } from '../support/peers/clip.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { LightWatcher } from '../support/peers/watcher.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const clip = threeLayerClip();
const sizes = [
  { width: 320, height: 180 },
  { width: 640, height: 360 },
  { width: 1280, height: 720 },
];

let server: RunningServer;
let peers: { close(): void }[] = [];

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

test('fifty viewers within a second cost the camera two key frames a second at most', async () => {
  const zone = 'STORM-CAM-1';
  const publisher = await LightPublisher.start(server.url, zone, clip);
  peers.push(publisher);
  const keyFrames = (): number => Math.max(...publisher.layers.map((layer) => layer.keyFrames));
  const before = keyFrames();
  const begun = performance.now();
  const watchers = await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      await new Promise((resolve) => setTimeout(resolve, index * 20));
      const watcher = new LightWatcher(server.url);
      peers.push(watcher);
      const size = sizes[index % sizes.length] ?? { width: 0, height: 0 };
      await watcher.watch([{ zone, ...size, visible: true, focused: false }]);
      await watcher.connected();
      return watcher;
    }),
  );
  await expect
    .poll(() => watchers.filter((watcher) => watcher.received().keyFrames > 0).length, {
      timeout: 15_000,
    })
    .toBe(50);
  const seconds = (performance.now() - begun) / 1000;
  expect(keyFrames() - before).toBeLessThanOrEqual(Math.ceil(2 * seconds));
});
