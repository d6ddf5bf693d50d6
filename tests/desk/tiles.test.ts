/** Tools of a tile, as a person uses them; and a picture that is old looks so wherever it is shown. */
import { readFile } from 'node:fs/promises';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { faults } from '../support/axe.ts';
import { closeTabs, isGrey, launchBrowser, newTab, openConsole, pill } from '../support/browser.ts';
import type { Clip } from '../support/peers/clip.ts';
import { GarblingClip } from '../support/peers/garbled.ts';
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
  await closeTabs(browser);
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
/** The watermark of the page's first picture, as it is drawn. */
const stamp = (page: Page): Promise<string> =>
  page
    .locator('canvas')
    .first()
    .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
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
  const picture = floating.locator('video');
  await expect
    .poll(() => floating.locator('video').evaluate((it) => (it as HTMLVideoElement).videoWidth))
    .toBeGreaterThan(0);
  expect(await isGrey(picture)).toBe(false);
  cameras[0]?.pause();
  await floating.getByText(/No new frame for \d+ s. This is an old picture./).waitFor();
  expect(await isGrey(picture)).toBe(true);
  const before = await stamp(floating);
  await floating.waitForTimeout(2100);
  expect(await stamp(floating)).toBe(before);
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

test('pictures that come and that no decoder takes are told in words, from the first one and later', async () => {
  const [never, later] = [new GarblingClip(clip), new GarblingClip(clip)];
  never.garble();
  const zones = ['GARBLED-CAM-01', 'GARBLED-CAM-02'] as const;
  const page = await newTab(browser);
  await page.goto(`${server.url}/wall?zones=${zones.join(',')}`);
  cameras.push(await LightPublisher.start(server.url, zones[0], never));
  cameras.push(await LightPublisher.start(server.url, zones[1], later));
  await face(page, zones[1], 'STREAMING').waitFor({ timeout: 20_000 });
  const tile = (zone: string): Locator => page.locator(`[data-zone="${zone}"]`);
  const none = 'Pictures come, but this computer decodes none of them';
  await tile(zones[0]).getByText(none).waitFor({ timeout: 10_000 });
  later.garble();
  await tile(zones[1])
    .getByText(new RegExp(`This is an old picture. ${none}`))
    .waitFor({ timeout: 10_000 });
  expect(await isGrey(tile(zones[1]).locator('video'))).toBe(true);
  await face(page, zones[1], 'STALLED').waitFor();
});

test('of several sounds one is heard, and a sign on its tile tells which', async () => {
  const zones = ['LOUD-CAM-01', 'LOUD-CAM-02'] as const;
  for (const zone of zones) {
    const films = await openConsole(browser, server.url, { zone, role: 'camera' });
    await films.getByLabel('Send audio').check();
  }
  const page = await newTab(browser);
  await page.goto(`${server.url}/wall?zones=${zones.join(',')}`);
  const heard = (zone: string): Promise<boolean> =>
    page.getByLabel(`Picture of ${zone}`).evaluate((it) => !(it as HTMLVideoElement).muted);
  const sign = page.getByRole('img', { name: 'Sound on' });
  for (const zone of zones) {
    await face(page, zone, 'STREAMING').waitFor({ timeout: 20_000 });
    await face(page, zone).hover();
    await page.getByRole('button', { name: 'Sound on', exact: true }).click();
    await face(page, zone, 'STREAMING, sound on').waitFor();
    expect(await sign.count()).toBe(1);
    expect(
      await page.locator(`[data-zone="${zone}"]`).getByRole('img', { name: 'Sound on' }).count(),
    ).toBe(1);
    expect(await heard(zone)).toBe(true);
  }
  expect(await heard(zones[0])).toBe(false);
});

test('with the server silent, and then gone, no picture looks live: full screen, floating, kiosk, console', async () => {
  const zone = 'GONE-CAM-01';
  const wall = await openWall([zone]);
  await face(wall, zone).focus();
  const opened = wall.context().waitForEvent('page');
  await wall.keyboard.press('o');
  const floating = await opened;
  await wall.keyboard.press('f');
  await expect.poll(() => wall.evaluate(() => document.fullscreenElement !== null)).toBe(true);
  const kiosk = await newTab(browser);
  await kiosk.goto(`${server.url}/wall?zones=${zone}&kiosk=1`);
  await face(kiosk, zone, 'STREAMING').waitFor({ timeout: 20_000 });
  const desk = await openConsole(browser, server.url, { zone, role: 'operator' });
  await pill(desk, 'STREAMING');
  const pages = { wall, floating, kiosk, desk };
  // A machine that hangs: nothing of it ends.
  for (const pid of server.pids()) process.kill(pid, 'SIGSTOP');
  const look = async (words: RegExp): Promise<void> => {
    for (const [name, page] of Object.entries(pages)) {
      await page.getByText(words).filter({ visible: true }).first().waitFor({ timeout: 15_000 });
      expect(await isGrey(page.locator('video').first()), name).toBe(true);
    }
    const before = await Promise.all(Object.values(pages).map(stamp));
    await wall.waitForTimeout(1500);
    expect(await Promise.all(Object.values(pages).map(stamp))).toEqual(before);
  };
  await look(/This is an old picture|[Tt]he last picture is \d+ s old|Last picture/);
  for (const pid of server.pids()) process.kill(pid, 'SIGKILL');
  await look(/(server is gone.*last picture is|Last picture).* \d+ s/);
});
