/** What went wrong is said where the eyes are, and an old picture does not look live. */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  closeTabs,
  framesFlow,
  launchBrowser,
  newTab,
  openConsole,
  pill,
} from '../support/browser.ts';
import type { Clip } from '../support/peers/clip.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { recordedClip } from '../support/peers/recorder.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { WebOnlyProxy } from '../support/web-only-proxy.ts';

let server: RunningServer;
let browser: Browser;
let clip: Clip;
let cameras: LightPublisher[] = [];

beforeAll(async () => {
  clip = await recordedClip();
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
}, 120_000);
afterEach(async () => {
  for (const camera of cameras) camera.close();
  cameras = [];
  await closeTabs(browser);
});
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
});

async function film(zone: string): Promise<LightPublisher> {
  const camera = await LightPublisher.start(server.url, zone, clip);
  cameras.push(camera);
  return camera;
}

const isGrey = (scope: Page | Locator): Promise<boolean> =>
  scope
    .locator('video')
    .first()
    .evaluate((video) => getComputedStyle(video).filter.includes('grayscale'));
const stamp = (scope: Page | Locator): Promise<string> =>
  scope
    .locator('canvas')
    .first()
    .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());

/** Grey, with its age, and under a stamp that stands still. */
async function looksOld(page: Page, scope: Page | Locator = page): Promise<void> {
  await expect.poll(() => isGrey(scope), { timeout: 10_000 }).toBe(true);
  const before = await stamp(scope);
  await page.waitForTimeout(2100);
  expect(await stamp(scope)).toBe(before);
}

test('a picture that stands still is grey, tells its age, and its stamp stops, in full screen too', async () => {
  const zone = 'STILL-CAM-01';
  const camera = await film(zone);
  const operator = await openConsole(browser, server.url, { zone, role: 'operator' });
  await framesFlow(operator);
  expect(await isGrey(operator)).toBe(false);
  await operator.getByRole('button', { name: 'Full screen' }).click();
  camera.pause();
  await looksOld(operator);
  const age = operator.getByText(/Last picture at .+, \d+ s ago/);
  await age.waitFor();
  await operator.getByText('The picture is frozen').waitFor();
  const inFullScreen = await age.evaluate((text) => document.fullscreenElement?.contains(text));
  expect(inFullScreen).toBe(true);
  camera.resume();
  await expect.poll(() => isGrey(operator), { timeout: 10_000 }).toBe(false);
  await pill(operator, 'STREAMING');
});

test('with the server gone, console and wall say how old the last picture is', async () => {
  const zone = 'GONE-CAM-01';
  await film(zone);
  const operator = await openConsole(browser, server.url, { zone, role: 'operator' });
  await framesFlow(operator);
  const wall = await newTab(browser);
  await wall.goto(`${server.url}/wall?zones=${zone}`);
  await pill(wall, 'STREAMING');
  await server.stop('SIGKILL');
  await pill(operator, 'RECONNECTING');
  const tile = wall.locator(`[data-zone="${zone}"]`);
  await Promise.all([looksOld(operator), looksOld(wall, tile)]);
  await operator.getByText(/Last picture at .+, \d+ s ago/).waitFor();
  await tile.getByText(/last picture is \d+ s old/).waitFor();
  server = await startServer();
});

test('why a camera page failed is in view without scrolling, on a desk and on a telephone', async () => {
  const strict = await launchBrowser(['--deny-permission-prompts'], false);
  try {
    for (const viewport of [
      { width: 1440, height: 900 },
      { width: 390, height: 844 },
    ]) {
      const page = await newTab(strict);
      await page.setViewportSize(viewport);
      await page.goto(`${server.url}/?zone=REFUSED-02&role=camera`);
      await page.getByRole('button', { name: 'Initialise Secure Session' }).click();
      await pill(page, 'FAILED');
      const box = await page.getByText('Camera permission refused').boundingBox();
      expect(box && box.y + box.height).toBeLessThan(viewport.height);
    }
  } finally {
    await strict.close();
  }
});

test('pages are not to be translated: that would freeze the words that change', async () => {
  const page = await newTab(browser);
  await page.goto(server.url);
  expect(await page.locator('html').getAttribute('translate')).toBe('no');
});

test('a window that was opened from another one has a session of its own', async () => {
  const zone = 'TWICE-CAM-01';
  await film(zone);
  const first = await openConsole(browser, server.url, { zone, role: 'operator' });
  await framesFlow(first);
  const opening = first.context().waitForEvent('page');
  await first.evaluate(() => void window.open(location.href)); // with a copy of its storage
  const second = await opening;
  await pill(second, 'STREAMING');
  await framesFlow(second);
  await first.waitForTimeout(1500);
  for (const page of [first, second]) await pill(page, 'STREAMING');
  await expect.poll(() => first.getByText('streaming · 2 viewers').count()).toBe(1);
  // A page that is loaded again stays the one it was: no third viewer, not even for a moment.
  await second.reload();
  await pill(second, 'STREAMING');
  await framesFlow(second);
  expect(await first.getByText('streaming · 2 viewers').count()).toBe(1);
});

test('why no connection comes about is said on the picture: a proxy that changes the host', async () => {
  const plain = await startServer({ TLS_ENABLED: 'false' });
  const proxy = await WebOnlyProxy.before(plain.url, 'passes');
  proxy.host = 'backend.internal';
  try {
    const behind = await openConsole(browser, proxy.url, { zone: 'SAID-01', role: 'operator' });
    await behind.getByText('The server refuses this page').waitFor();
    await behind.getByText(/http\.allowed_origins/).waitFor();
  } finally {
    proxy.close();
    await plain.stop();
  }
});

test('why no connection comes about is said on the picture: a limit', async () => {
  const small = await startServer({ TLS_ENABLED: 'false', LIMITS_SOCKETS_PER_ADDRESS: '1' });
  try {
    const first = await openConsole(browser, small.url, { zone: 'SAID-01', role: 'operator' });
    await pill(first, 'WAITING FOR CAMERA');
    const wall = await newTab(browser);
    await wall.goto(`${small.url}/wall?zones=SAID-01`);
    await wall.getByText(/This address has too many connections open already/).waitFor();
    await wall.close(); // It would take the place that is given back below.
    const second = await openConsole(browser, small.url, { zone: 'SAID-01', role: 'operator' });
    await second.getByText(/This address has too many connections open already/).waitFor();
    await first.close();
    await pill(second, 'WAITING FOR CAMERA');
  } finally {
    await small.stop();
  }
});
