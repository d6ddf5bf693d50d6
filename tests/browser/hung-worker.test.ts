/** A media worker that hangs, as a kiosk of two tiles sees it. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, newTab } from '../support/browser.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { recordedClip } from '../support/peers/recorder.ts';
import { startServer, type RunningServer } from '../support/server.ts';

let server: RunningServer;
let browser: Browser;
const cameras: LightPublisher[] = [];
beforeAll(async () => {
  const clip = await recordedClip();
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  // Zones fill the workers in turn: one is on each.
  for (const zone of ['KIOSK-CAM-1', 'KIOSK-CAM-2']) {
    cameras.push(await LightPublisher.start(server.url, zone, clip));
  }
}, 120_000);
afterAll(async () => {
  for (const camera of cameras) camera.close();
  await Promise.all([browser?.close(), server?.stop()]);
});

async function says(page: Page, status: string, timeout: number): Promise<void> {
  const labels = (): Promise<(string | null)[]> =>
    page.locator('[data-zone] .face').evaluateAll((all) => all.map((one) => one.ariaLabel));
  await expect
    .poll(labels, { timeout })
    .toEqual([`KIOSK-CAM-1, ${status}`, `KIOSK-CAM-2, ${status}`]);
}

test('whichever worker hangs, both tiles of a kiosk stream again within seconds', async () => {
  const page = await newTab(browser);
  await page.goto(`${server.url}/wall?match=KIOSK-*&kiosk=1`);
  await says(page, 'STREAMING', 20_000);
  for (const pid of server.workerPids()) {
    process.kill(pid, 'SIGSTOP');
    await expect.poll(() => server.workerPids().includes(pid), { timeout: 8000 }).toBe(false);
    await says(page, 'STREAMING', 12_000);
  }
});
