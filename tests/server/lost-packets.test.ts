/** What is lost on the way to a viewer: the server sends it again without being asked, as far as that is of use. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { threeLayerClip } from '../support/peers/clip.ts';
import { LossyViewer } from '../support/peers/lossy-viewer.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const clip = threeLayerClip();
const pause = (time: number) => new Promise((resolve) => setTimeout(resolve, time));

let server: RunningServer;
let publisher: LightPublisher;
let viewer: LossyViewer;
let zones = 0;

beforeAll(async () => {
  server = await startServer({ TLS_ENABLED: 'false' });
});
beforeEach(async () => {
  const zone = `LOSS-CAM-${(zones += 1)}`;
  publisher = await LightPublisher.start(server.url, zone, clip);
  viewer = await LossyViewer.start(server.url, zone);
  await expect.poll(() => viewer.sent.fresh).toBeGreaterThan(100);
});
afterEach(() => {
  publisher.close();
  viewer.close();
});
afterAll(() => server?.stop());

/** Every so manieth packet. */
function every(count: number): () => boolean {
  let seen = 0;
  return () => (seen += 1) % count === 0;
}

test('what does not come is sent again, and once more if that does not come either', async () => {
  const [lose, loseAgain] = [every(10), every(4)];
  const lost = { once: 0, twice: 0 };
  viewer.loses = (again) => {
    const loses = again ? loseAgain() : lose();
    if (loses) lost[again ? 'twice' : 'once'] += 1;
    return loses;
  };
  await expect.poll(() => lost.twice, { timeout: 15_000 }).toBeGreaterThan(10);
  viewer.loses = () => false;
  await pause(1000);
  // A stutter of this machine may take some that were to be told of.
  expect(viewer.missing.size).toBeLessThan(lost.once / 4);
});

test('what comes is not sent again', async () => {
  await pause(2000);
  expect(viewer.sent.again).toBe(0);
});

test('a viewer who tells that all is lost gets little more than before', async () => {
  // With as many that were never sent, which it says came: loss in so small a share is none of a full link.
  viewer.tells = (told) => [
    ...told.map(({ number }) => ({ number })),
    ...told.flatMap(() => Array.from({ length: 7 }, () => told)).flat(),
  ];
  await pause(5000);
  expect(viewer.sent.again).toBeGreaterThan(50);
  expect(viewer.sent.again).toBeLessThan(20 + 0.3 * viewer.sent.fresh);
});
