/** Stills from a real camera's page: after its masks, and without waking it. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  launchBrowser,
  mediaBytes,
  mediaRests,
  newTab,
  openConsole,
  pill,
} from '../support/browser.ts';
import { rectangle, setMasks } from '../support/masks.ts';
import { movingPicture, type MovingPicture } from '../support/moving-picture.ts';
import { startServer, type RunningServer } from '../support/server.ts';

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

interface Seen {
  readonly status: number;
  readonly width: number;
  readonly height: number;
  /** Darkest and brightest of all colours in the mask, 0–255, and outside of it. */
  readonly inside: [number, number];
  readonly outside: [number, number];
}

/** Asks for a still as a page does, and looks at its pixels. */
function look(page: Page, zone: string): Promise<Seen> {
  return page.evaluate(async (zone) => {
    const response = await fetch(`/api/v1/zones/${zone}/still`);
    if (!response.ok) {
      const none: [number, number] = [0, 0];
      return { status: response.status, width: 0, height: 0, inside: none, outside: none };
    }
    const bitmap = await createImageBitmap(await response.blob());
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext('2d');
    if (!context) throw new Error('no canvas');
    context.drawImage(bitmap, 0, 0);
    const range = (x: number, y: number, w: number, h: number): [number, number] => {
      const { data } = context.getImageData(x * width, y * height, w * width, h * height);
      const colours = data.filter((_, byte) => byte % 4 !== 3);
      return [Math.min(...colours), Math.max(...colours)];
    };
    const [inside, outside] = [range(0.08, 0.15, 0.24, 0.3), range(0.5, 0.5, 0.2, 0.2)];
    return { status: 200, width, height, inside, outside };
  }, zone);
}

test('a still of a camera with masks that nobody watches has them in it, and the camera stays asleep', async () => {
  const zone = 'STILL-01';
  const viewer = await newTab(browser);
  await viewer.goto(server.url);
  expect((await look(viewer, zone)).status).toBe(404);
  const camera = await openConsole(browser, server.url, { zone, role: 'camera' });
  await pill(camera, 'STREAMING');
  await expect.poll(() => mediaRests(camera, 1000), { timeout: 25_000 }).toBe(true);
  await setMasks(viewer, zone, [rectangle]);
  await camera.getByText('1 privacy mask in force').waitFor();
  const { sent } = await mediaBytes(camera);
  await expect.poll(async () => (await look(viewer, zone)).status, { timeout: 15_000 }).toBe(200);
  const still = await look(viewer, zone);
  expect([still.width, still.height]).toEqual([640, 360]);
  const [darkest, brightest] = still.inside;
  expect(darkest).toBeGreaterThan(40);
  expect(brightest).toBeLessThan(75);
  expect(still.outside[1] - still.outside[0]).toBeGreaterThan(60);
  expect((await mediaBytes(camera)).sent - sent).toBeLessThan(20_000);
});
