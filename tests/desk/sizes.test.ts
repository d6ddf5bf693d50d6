/**
 * Desk and wall in windows of every size: pictures come first and nobody scrolls for them; without one there is the reason,
 * and a button. What the console does is told in console-layout.test.ts.
 */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { closeTabs, launchBrowser, newTab } from '../support/browser.ts';
import { expectInView } from '../support/in-view.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { recordedClip } from '../support/peers/recorder.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const live = ['CBD-TRAFFIC-01', 'CBD-TRAFFIC-02'];
const absent = 'DOCK-GATE-01';
const query = `?zones=${[...live, absent].join(',')}`;
/** The last is 1440×900 at 200 % zoom. */
const sizes = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
  { width: 720, height: 450 },
];
/** 55″, 16:9, in 4K. */
const screen = { width: 3840, height: 2160, millimetres: 685 };

let server: RunningServer;
let browser: Browser;
let cameras: LightPublisher[] = [];

beforeAll(async () => {
  const clip = await recordedClip();
  const listed = Array.from({ length: 16 }, (_, index) => zoneOf(index));
  [server, browser] = await Promise.all([
    startServer({ ZONES_CONFIGURED: [absent, ...listed].join(',') }),
    launchBrowser(),
  ]);
  cameras = await Promise.all(live.map((zone) => LightPublisher.start(server.url, zone, clip)));
}, 120_000);
afterEach(() => closeTabs(browser));
afterAll(async () => {
  for (const camera of cameras) camera.close();
  await Promise.all([browser?.close(), server?.stop()]);
});

const zoneOf = (index: number): string => `QUAY-CRANES-${`${index + 1}`.padStart(2, '0')}`;
async function open(path: string): Promise<Page> {
  const page = await newTab(browser);
  await page.goto(`${server.url}${path}`);
  return page;
}
const button = (page: Page, name: string): Locator =>
  page.getByRole('button', { name, exact: true });

/** Whether the page has nothing below the window. */
async function expectNoScrolling(page: Page): Promise<void> {
  const scrolls = await page.evaluate(() => document.documentElement.scrollHeight > innerHeight);
  expect(scrolls).toBe(false);
}

test.each(['/desk', '/wall'])('of %s, each pane is in view at every size', async (path) => {
  const page = await open(path + query);
  for (const zone of live) await button(page, `${zone}, STREAMING`).waitFor({ timeout: 20_000 });
  for (const size of sizes) {
    await page.setViewportSize(size);
    for (const zone of live) {
      const picture = page.getByLabel(`Picture of ${zone}`);
      await expectInView(page, picture);
      expect((await picture.boundingBox())?.height).toBeGreaterThan(70);
      expect((await picture.boundingBox())?.width).toBeGreaterThan(150);
    }
    await expectInView(page, page.getByText('No camera here yet'));
    await expectInView(page, button(page, `${absent}, WAITING FOR CAMERA`));
    await expectNoScrolling(page);
    // The bar below them is one line, and nothing in it is cut.
    const bar = page.getByRole('region', { name: 'Status' });
    await bar.getByText('2/19 live').waitFor();
    await expectInView(page, bar.getByRole('button', { name: 'What happened' }));
    expect((await bar.boundingBox())?.height).toBeLessThan(48);
  }
});

test('an empty desk says what to do at every size, and its button leads to the list', async () => {
  const page = await open('/desk');
  const reason = page.getByRole('heading', { name: 'Open a zone from the list' });
  const find = button(page, 'Search the list');
  await find.waitFor();
  for (const size of sizes) {
    await page.setViewportSize(size);
    const hide = button(page, 'Close zones');
    // On a telephone the list is all that there is room for.
    if (size.width < 600) await hide.click();
    await expectInView(page, reason);
    await expectInView(page, find);
    await expectNoScrolling(page);
    await find.click();
    const inFocus = (): Promise<string | null | undefined> =>
      page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    await expect.poll(inFocus).toBe('Find a zone');
    await expectInView(page, page.getByLabel('Find a zone'));
  }
});

test('an empty wall says why at every size, and its button leads to the field of its zones', async () => {
  const page = await open('/wall?match=NOWHERE-*');
  const reason = page.getByRole('heading', { name: 'No zone is live yet' });
  const choose = button(page, 'Choose zones');
  for (const size of sizes) {
    await page.setViewportSize(size);
    // They stay where a larger window has shown them.
    const hide = button(page, 'Hide controls');
    if (await hide.isVisible()) await hide.click();
    await expectInView(page, reason);
    await expectInView(page, choose);
    await expectNoScrolling(page);
    await choose.click();
    const field = page.getByRole('textbox', { name: 'Zones' });
    await expectInView(page, field);
    expect(await field.evaluate((it) => it === document.activeElement)).toBe(true);
  }
});

test('on a 4K screen that is read from 3 m, capitals of 16 names are 14 mm high, and none is cut', async () => {
  const page = await open('/wall?match=QUAY-*&layout=16&distance=3');
  await page.setViewportSize(screen);
  await expect.poll(() => page.locator('[data-zone]').count()).toBe(16);
  const names = await page.locator('[data-zone] strong').evaluateAll((all) =>
    all.map((name) => {
      const context = new OffscreenCanvas(1, 1).getContext('2d');
      if (!context) throw new Error('nothing can be measured');
      context.font = getComputedStyle(name).font;
      const parts = [...name.querySelectorAll('span')];
      return {
        capital: context.measureText('H').actualBoundingBoxAscent,
        cut: parts.some(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1),
      };
    }),
  );
  const least = (14 * screen.height) / screen.millimetres;
  for (const { capital, cut } of names) {
    expect(capital).toBeGreaterThanOrEqual(least - 0.5);
    expect(cut).toBe(false);
  }
});
