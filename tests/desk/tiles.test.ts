/** Tools of a tile, as a person uses them; and a picture that is old looks so wherever it is shown. */
import { readFile } from 'node:fs/promises';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { faults } from '../support/axe.ts';
import { launchBrowser, newTab } from '../support/browser.ts';
import type { Clip } from '../support/peers/clip.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { recordedClip } from '../support/peers/recorder.ts';
import { startServer, type RunningServer } from '../support/server.ts';

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
  await Promise.all(browser.contexts().map((context) => context.close()));
});
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
});

async function openWall(zones: string[], query = ''): Promise<Page> {
  cameras = await Promise.all(zones.map((zone) => LightPublisher.start(server.url, zone, clip)));
  const page = await newTab(browser);
  await page.goto(`${server.url}/wall?zones=${zones.join(',')}${query}`);
  for (const zone of zones) await face(page, zone, 'STREAMING').waitFor({ timeout: 20_000 });
  return page;
}
const face = (page: Page, zone: string, status = ''): Locator =>
  page.getByRole('button', { name: `${zone}, ${status}` });
const inFocus = (page: Page): Promise<string | null | undefined> =>
  page.evaluate(() => document.activeElement?.getAttribute('aria-label'));

test('by keys alone: to the tools, along them, a snapshot that says what was saved, and back', async () => {
  const zone = 'TOOLS-CAM-01';
  const page = await openWall([zone, 'TOOLS-CAM-02']);
  expect(await page.getByRole('toolbar').count()).toBe(0);
  await page.keyboard.press('1');
  await page.keyboard.press('t');
  await expect.poll(() => inFocus(page)).toBe('Snapshot');
  expect(await faults(page)).toEqual([]);
  await page.setViewportSize({ width: 1440, height: 900 });
  await expect.poll(() => inFocus(page)).toBe('Snapshot');
  const saved = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  const download = await saved;
  expect((await readFile(await download.path())).length).toBeGreaterThan(1000);
  await page.getByText(`Saved ${download.suggestedFilename()}: ${zone} at`).waitFor();
  await page.keyboard.press('End');
  await expect.poll(() => inFocus(page)).toBe('Enlarge');
  await page.keyboard.press('Enter');
  // It is another tool now, and still has the focus.
  await expect.poll(() => inFocus(page)).toBe('Show all tiles');
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => inFocus(page)).toBe('Figures');
  await page.keyboard.press('Space');
  await page.getByText(/^RTT \d/).waitFor();
  expect(await page.getByText(/^RTT/).count()).toBe(1);
  await page.keyboard.press('Escape');
  await expect.poll(() => inFocus(page)).toBe(`${zone}, STREAMING`);
});

test('small tiles have one button for all tools, and a tile that leaves gives its focus to a neighbour', async () => {
  const page = await openWall(['SMALL-CAM-01', 'SMALL-CAM-02'], '&layout=16');
  await face(page, 'SMALL-CAM-01').focus();
  await page.setViewportSize({ width: 700, height: 500 });
  await page.getByRole('button', { name: 'Open the tools of SMALL-CAM-01' }).click();
  await expect.poll(() => inFocus(page)).toBe('Snapshot');
  await page.keyboard.press('Escape');
  await expect.poll(() => inFocus(page)).toContain('SMALL-CAM-01, ');
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByLabel('Zones').fill('SMALL-CAM-02');
  // The change is taken when the field is left.
  await face(page, 'SMALL-CAM-01').focus();
  await expect.poll(() => inFocus(page), { timeout: 10_000 }).toContain('SMALL-CAM-02, ');
});

test('a picture that floats has its watermark, and when it stands still it is grey and says so', async () => {
  const zone = 'FLOAT-CAM-01';
  const page = await openWall([zone]);
  await face(page, zone).focus();
  const opened = page.context().waitForEvent('page');
  await page.keyboard.press('o');
  const floating = await opened;
  await floating.getByRole('img', { name: `Watermark: open access, ${zone}` }).waitFor();
  const isGrey = (): Promise<boolean> =>
    floating
      .locator('video')
      .evaluate((video) => getComputedStyle(video).filter.includes('grayscale'));
  await expect
    .poll(() => floating.locator('video').evaluate((it) => (it as HTMLVideoElement).videoWidth))
    .toBeGreaterThan(0);
  expect(await isGrey()).toBe(false);
  cameras[0]?.pause();
  await floating.getByText(/No new frame for \d+ s. This is an old picture./).waitFor();
  expect(await isGrey()).toBe(true);
  const stamp = (): Promise<string> =>
    floating.locator('canvas').evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
  const before = await stamp();
  await floating.waitForTimeout(2100);
  expect(await stamp()).toBe(before);
  await page.keyboard.press('o');
  await expect.poll(() => floating.isClosed()).toBe(true);
});

test('names grow with the distance that the address asks for; the state of a healthy tile is a dot', async () => {
  const page = await openWall(['FAR-CAM-01'], '&distance=3');
  const size = (): Promise<number> =>
    page
      .getByText('FAR-CAM', { exact: true })
      .evaluate((name) => Number.parseFloat(getComputedStyle(name).fontSize));
  // Of 900 px of window, which stand for 685 mm: capitals of 14 mm are letters of 20 mm.
  expect(Math.abs((await size()) - (900 * 20) / 685)).toBeLessThan(0.5);
  expect(await page.getByLabel('Read from').inputValue()).toBe('3');
  const state = page.locator('[data-zone]').getByText('STREAMING', { exact: true });
  expect((await state.boundingBox())?.width).toBeLessThan(2);
  cameras[0]?.pause();
  const stalled = page.locator('[data-zone]').getByText('STALLED', { exact: true });
  await stalled.waitFor({ timeout: 10_000 });
  expect((await stalled.boundingBox())?.width).toBeGreaterThan(20);
  await page.getByLabel('Read from').selectOption({ label: 'the desk' });
  await expect.poll(size).toBeLessThan(18);
});
