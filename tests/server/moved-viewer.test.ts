/** A viewer whose packets come by another way all at once, as when a computer goes from one network to the next. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { transportOf } from '../support/client.ts';
import { threeLayerClip } from '../support/peers/clip.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { LightWatcher } from '../support/peers/watcher.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { bindingRequest } from '../support/stun.ts';

/** Longer than the least time between two requests for a key frame, ms. */
const still = 1500;
const pause = (time: number) => new Promise((resolve) => setTimeout(resolve, time));

let server: RunningServer;
beforeAll(async () => {
  server = await startServer({ TLS_ENABLED: 'false' });
});
afterAll(() => server?.stop());

test('the camera is asked for a key frame at once, as what was on its way to the former address is lost', async () => {
  const zone = 'MOVED-CAM-1';
  const publisher = await LightPublisher.start(server.url, zone, threeLayerClip());
  const watcher = new LightWatcher(server.url);
  const elsewhere = createSocket('udp4').bind(0, '127.0.0.1');
  try {
    await watcher.watch(zone);
    await watcher.connected();
    await expect.poll(() => watcher.received().keyFrames).toBeGreaterThan(0);
    let before: number;
    do {
      before = publisher.requests;
      await pause(still);
    } while (publisher.requests > before);

    const { iceParameters, iceCandidates } = transportOf(watcher);
    const candidate = iceCandidates.find(({ protocol }) => protocol === 'udp');
    const media = once(elsewhere, 'message');
    elsewhere.send(bindingRequest(iceParameters), candidate?.port, candidate?.ip);
    await media;
    const moved = performance.now();
    await expect.poll(() => publisher.requests, { interval: 10 }).toBeGreaterThan(before);
    expect(performance.now() - moved).toBeLessThan(1000);
  } finally {
    elsewhere.close();
    watcher.close();
    publisher.close();
  }
});
