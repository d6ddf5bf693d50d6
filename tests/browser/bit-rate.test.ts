/** A browser's camera keeps to its limit, however low, and is never cut off. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { framesFlow, launchBrowser, mediaBytes, openConsole, pill } from '../support/browser.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const most = 500_000; // bit/s
const watched = 11_000; // ms: longer than the longest time that is judged

let server: RunningServer;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([
    startServer({
      MEDIA_MAX_CAMERA_BITRATE: `${most}`,
      CAMERA_WARM_UP: '1000',
      CAMERA_LINGER: '500',
    }),
    launchBrowser(),
  ]);
});
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
});

test('a camera that could send more than it may sends less, with its picture and its waking', async () => {
  const zone = 'NARROW-01';
  const camera = await openConsole(browser, server.url, { zone, role: 'camera' });
  await pill(camera, 'STREAMING|CONNECTED'); // It is awake for a second or so, which a busy machine may not show.
  const operator = await openConsole(browser, server.url, { zone, role: 'operator' });
  await framesFlow(operator);
  // It falls asleep in between, and wakes with key frames of all layers.
  await operator.close();
  await pill(camera, 'CONNECTED');
  const again = await openConsole(browser, server.url, { zone, role: 'operator' });
  await framesFlow(again);
  const [begun, { sent }] = [performance.now(), await mediaBytes(camera)];
  await again.waitForTimeout(watched);
  const seconds = (performance.now() - begun) / 1000;
  const rate = (((await mediaBytes(camera)).sent - sent) * 8) / seconds;
  expect(rate).toBeLessThan(most * 1.1);
  expect(rate).toBeGreaterThan(most * 0.3);
  await pill(again, 'STREAMING');
  await pill(camera, 'STREAMING');
  expect(server.log.filter(({ msg }) => msg === 'a camera sends more than it may')).toEqual([]);
});
