/** What people see on links that stall, break or are short. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  closeTabs,
  figure,
  framesFlow,
  launchBrowser,
  newTab,
  openConsole,
  pill,
} from '../support/browser.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { recordedClip } from '../support/peers/recorder.ts';
import { freePort, startServer, type RunningServer } from '../support/server.ts';
import { SlowLink } from '../support/slow-link.ts';

let server: RunningServer;
let browser: Browser;
let link: SlowLink;

beforeAll(async () => {
  const port = await freePort(2);
  // Clients are told the relay's address, so that all media passes through it.
  [server, browser, link] = await Promise.all([
    startServer({ MEDIA_PORT: `${port}`, MEDIA_LISTEN: '127.0.0.1=127.0.0.2' }),
    launchBrowser(),
    SlowLink.open('127.0.0.2', '127.0.0.1', [port, port + 1]),
  ]);
});
afterEach(() => closeTabs(browser));
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  link?.close();
});

// Coming back takes as long as mediasoup's estimate of the link takes to rise: 4 s, or sometimes 40.
test(
  'a viewer on a slow link falls to a lower layer, and comes back',
  { timeout: 180_000 },
  async () => {
    const zone = 'SLOW-LINK-01';
    await pill(await openConsole(browser, server.url, { zone, role: 'camera' }), 'STREAMING');
    const operator = await openConsole(browser, server.url, { zone, role: 'operator' });
    const width = async (): Promise<number> =>
      Number.parseInt(await figure(operator, 'Resolution'), 10);
    await expect.poll(width, { timeout: 20_000 }).toBe(1280);
    link.width = 300_000;
    await expect.poll(width, { timeout: 30_000 }).toBeLessThan(1280);
    await framesFlow(operator, 5);
    link.width = undefined;
    await expect.poll(width, { timeout: 100_000 }).toBe(1280);
  },
);

test('a feed that stops is called stalled at both ends, and streaming when it goes on', async () => {
  const zone = 'STALLED-01';
  const camera = await openConsole(browser, server.url, { zone, role: 'camera' });
  const operator = await openConsole(browser, server.url, { zone, role: 'operator' });
  await framesFlow(operator);
  link.cut = true;
  await pill(operator, 'STALLED', 6000);
  await operator.getByText('The picture is frozen').waitFor();
  link.cut = false;
  await framesFlow(operator);
  await pill(operator, 'STREAMING');
  await pill(camera, 'STREAMING');
});

test('a cut of ten seconds ends with frames and no click', async () => {
  const zone = 'CUT-01';
  await pill(await openConsole(browser, server.url, { zone, role: 'camera' }), 'STREAMING');
  const operator = await openConsole(browser, server.url, { zone, role: 'operator' });
  await framesFlow(operator);
  link.cut = true;
  await operator.waitForTimeout(10_000);
  link.cut = false;
  await framesFlow(operator);
  await pill(operator, 'STREAMING');
});

test('on a short link the large tile of a wall is served first, and the small ones alike', async () => {
  const clip = await recordedClip();
  const zones = ['SHORT-CAM-1', 'SHORT-CAM-2', 'SHORT-CAM-3', 'SHORT-CAM-4'];
  const cameras = await Promise.all(
    zones.map((zone) => LightPublisher.start(server.url, zone, clip)),
  );
  try {
    const wall = await newTab(browser);
    await wall.goto(`${server.url}/wall?zones=${zones.join(',')}&layout=focus`);
    const widths = (): Promise<number[]> =>
      wall
        .locator('[data-zone] video')
        .evaluateAll((videos) => videos.map((video) => (video as HTMLVideoElement).videoWidth));
    await expect.poll(widths, { timeout: 30_000 }).toEqual([1280, 320, 320, 320]);
    link.width = 1_500_000; // the top layer alone is more
    await expect.poll(widths, { timeout: 40_000 }).toEqual([640, 320, 320, 320]);
    for (const zone of zones) await wall.getByLabel(`${zone}, STREAMING`).waitFor();
  } finally {
    link.width = undefined;
    for (const camera of cameras) camera.close();
  }
});
