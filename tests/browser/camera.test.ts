/** A camera's page in a real browser: device, sound, snapshot and a change of network need one. */
import { readFile } from 'node:fs/promises';
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
import { startServer, type RunningServer } from '../support/server.ts';

let server: RunningServer;
let browser: Browser;

beforeAll(async () => {
  [server, browser] = await Promise.all([
    startServer(),
    launchBrowser(['--host-resolver-rules=MAP insecure.test 127.0.0.1']),
  ]);
});
afterEach(() => closeTabs(browser));
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
});

test('the camera changes its resolution while it is live, with layers to fit', async () => {
  const zone = 'RESIZE-01';
  const camera = await openConsole(browser, server.url, { zone, role: 'camera' });
  const operator = await openConsole(browser, server.url, { zone, role: 'operator' });
  await framesFlow(operator);
  const layers = camera.locator('tbody tr');
  await expect.poll(() => layers.count(), { timeout: 10_000 }).toBe(3);
  await camera.getByLabel('Capture resolution').selectOption('320×180');
  await expect.poll(() => layers.count(), { timeout: 10_000 }).toBe(1);
  await expect.poll(() => figure(operator, 'Resolution'), { timeout: 15_000 }).toBe('320×180');
  await framesFlow(operator);
});

test('audio is sent only while it is switched on', async () => {
  const zone = 'AUDIO-01';
  const camera = await openConsole(browser, server.url, { zone, role: 'camera' });
  const operator = await openConsole(browser, server.url, { zone, role: 'operator' });
  await framesFlow(operator);
  const sound = operator.getByRole('button', { name: 'Sound on' });
  expect(await sound.count()).toBe(0);
  await camera.getByLabel('Send audio').check();
  await sound.waitFor();
  await camera.getByLabel('Send audio').uncheck();
  await sound.waitFor({ state: 'detached' });
  await framesFlow(operator);
});

test('a snapshot is a PNG named by zone and UTC time', async () => {
  const zone = 'SNAP-01';
  await pill(await openConsole(browser, server.url, { zone, role: 'camera' }), 'STREAMING');
  const operator = await openConsole(browser, server.url, { zone, role: 'operator' });
  await framesFlow(operator);
  const saved = operator.waitForEvent('download');
  await operator.getByRole('button', { name: 'Snapshot' }).click();
  const file = await saved;
  expect(file.suggestedFilename()).toMatch(
    /^SNAP-01_\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}\.\d{3}Z\.png$/,
  );
  const png = await readFile(await file.path());
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  expect(`${width}×${height}`).toBe(await figure(operator, 'Resolution'));
  expect(png.length).toBeGreaterThan(2000); // a picture of one colour is smaller
});

test('a network change is bridged by an ICE restart', async () => {
  const zone = 'ROAMING-01';
  await pill(await openConsole(browser, server.url, { zone, role: 'camera' }), 'STREAMING');
  const operator = await openConsole(browser, server.url, { zone, role: 'operator' });
  await framesFlow(operator);
  await operator.evaluate(() => window.dispatchEvent(new Event('online')));
  await framesFlow(operator);
  await pill(operator, 'STREAMING');
});

test('a browser without a camera is told so', async () => {
  const bare = await launchBrowser(['--use-fake-device-for-media-stream=device-count=0']);
  try {
    const page = await openConsole(bare, server.url, { zone: 'BARE-01', role: 'camera' });
    await pill(page, 'FAILED');
    await page.getByText('No camera').first().waitFor();
  } finally {
    await bare.close();
  }
});

test('a camera page that is not on HTTPS says what to do', async () => {
  const plain = await startServer({ TLS_ENABLED: 'false' });
  try {
    const page = await newTab(browser);
    // Localhost counts as secure; an address of the loopback network that has another name does not.
    await page.goto(`${plain.url.replace('localhost', 'insecure.test')}/?role=camera`);
    await page.getByText('Page not on HTTPS').waitFor();
  } finally {
    await plain.stop();
  }
});
