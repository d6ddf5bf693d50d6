/** Stills from a real camera's page: after its masks, and without waking it. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, mediaBytes, mediaRests, newTab, openConsole } from '../support/browser.ts';
import { rectangle, setMasks } from '../support/masks.ts';
import { movingPicture, type MovingPicture } from '../support/moving-picture.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { stillAt } from '../support/still.ts';

let server: RunningServer;
let browser: Browser;
let picture: MovingPicture;

beforeAll(async () => {
  picture = movingPicture();
  [server, browser] = await Promise.all([
    startServer({ CAMERA_WARM_UP: '1000' }),
    launchBrowser(picture.args),
  ]);
});
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
  picture?.remove();
});

test('a still of a camera with masks that nobody watches has them in it, and the camera stays asleep', async () => {
  const zone = 'STILL-01';
  const viewer = await newTab(browser);
  await viewer.goto(server.url);
  expect((await stillAt(viewer, zone)).status).toBe(404);
  const camera = await openConsole(browser, server.url, { zone, role: 'camera' });
  await expect
    .poll(async () => (await mediaBytes(camera)).sent, { timeout: 20_000 })
    .toBeGreaterThan(0);
  await expect.poll(() => mediaRests(camera, 1000), { timeout: 25_000 }).toBe(true);
  await setMasks(viewer, zone, [rectangle]);
  await camera.getByText('1 privacy mask in force').waitFor();
  const { sent } = await mediaBytes(camera);
  await expect
    .poll(async () => (await stillAt(viewer, zone)).status, { timeout: 15_000 })
    .toBe(200);
  const still = await stillAt(viewer, zone);
  expect([still.width, still.height]).toEqual([640, 360]);
  const [darkest, brightest] = still.inside;
  expect(darkest).toBeGreaterThan(40);
  expect(brightest).toBeLessThan(75);
  expect(still.outside[1] - still.outside[0]).toBeGreaterThan(60);
  expect((await mediaBytes(camera)).sent - sent).toBeLessThan(20_000);
});
