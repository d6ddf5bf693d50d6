/** The operator's desk as a person works at it: zones are found and opened, panes are moved, and nothing restarts. */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { faults } from '../support/axe.ts';
import { closeTabs, launchBrowser, newTab } from '../support/browser.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { recordedClip } from '../support/peers/recorder.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const live = ['CBD-TRAFFIC-01', 'CBD-TRAFFIC-02', 'CBD-GATE-01', 'PARK-WEST-01'];
const listed = ['DOCK-GATE-01', 'DOCK-GATE-02'];
let server: RunningServer;
let browser: Browser;
let cameras: LightPublisher[] = [];

beforeAll(async () => {
  const clip = await recordedClip();
  [server, browser] = await Promise.all([
    startServer({ ZONES_CONFIGURED: listed.join(',') }),
    launchBrowser(),
  ]);
  const { url } = server;
  cameras = await Promise.all(live.map((zone) => LightPublisher.start(url, zone, clip)));
}, 120_000);
afterEach(() => closeTabs(browser));
afterAll(async () => {
  for (const camera of cameras) camera.close();
  await Promise.all([browser?.close(), server?.stop()]);
});

/** @param stills what the page asks stills of is added to them */
async function openDesk(query = '', stills: string[] = []): Promise<Page> {
  const page = await newTab(browser);
  page.on('request', (request) => {
    stills.push(...(/zones\/(.+)\/still$/.exec(request.url())?.slice(1) ?? []));
  });
  await page.goto(`${server.url}/desk${query}`);
  await page.getByText(`${live.length + listed.length} zones`).waitFor();
  return page;
}

const rowOf = (page: Page, zone: string): Locator =>
  page.getByRole('treeitem', { name: new RegExp(`^${zone},`) });
const paneOf = (page: Page, zone: string): Locator =>
  page.getByRole('main').getByRole('button', { name: new RegExp(`^${zone}, `) });

/** Open zones, in the order of their panes. */
const panes = (page: Page): Promise<string[]> =>
  page
    .getByRole('main')
    .locator('button.face')
    .evaluateAll((faces) =>
      faces.map((face) => face.getAttribute('aria-label')?.split(',')[0] ?? ''),
    );

/** The zone or group whose row or pane has the keyboard's focus. */
const focused = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => {
    const { activeElement: element } = document;
    return (element?.getAttribute('aria-label') ?? element?.textContent)?.trim().split(',')[0];
  });

const streams = (page: Page, zone: string): Promise<void> =>
  page
    .getByRole('main')
    .getByRole('button', { name: `${zone}, STREAMING` })
    .waitFor({ timeout: 30_000 });

test('a zone is found and opened without a form, and the desk comes back after a reload', async () => {
  const page = await openDesk();
  await page.getByText('Open a zone from the list').waitFor();
  await rowOf(page, 'CBD-TRAFFIC-01').click();
  await streams(page, 'CBD-TRAFFIC-01');

  // By its number in the list, which its row says.
  const label = (await rowOf(page, 'PARK-WEST-01').textContent()) ?? '';
  await page.keyboard.press('/');
  await page.keyboard.type(/number (\d+)/.exec(label)?.[1] ?? '');
  await page.keyboard.press('Enter');
  await streams(page, 'PARK-WEST-01');

  await page.keyboard.press('/');
  await page.keyboard.type('cbd-trafic-02');
  await page.getByText('There is no zone with CBD-TRAFIC-02 in its name.').waitFor();
  await page.getByRole('button', { name: 'CBD-TRAFFIC-02', exact: true }).click();
  await streams(page, 'CBD-TRAFFIC-02');

  await page.getByLabel('Layout').selectOption('4');
  await page.reload();
  await expect
    .poll(() => panes(page))
    .toEqual(['CBD-TRAFFIC-01', 'PARK-WEST-01', 'CBD-TRAFFIC-02']);
  expect(await page.getByLabel('Layout').inputValue()).toBe('4');
});

test('what flows goes on while panes are added, moved, resized and closed', async () => {
  const stills: string[] = [];
  const page = await openDesk('?zones=CBD-TRAFFIC-01,CBD-TRAFFIC-02', stills);
  for (const zone of ['CBD-TRAFFIC-01', 'CBD-TRAFFIC-02']) await streams(page, zone);
  await expect.poll(() => stills).toContain('CBD-GATE-01');
  const watched = page.getByLabel('Picture of CBD-TRAFFIC-01');
  await watched.evaluate((video) => {
    const seen = { gap: 0, last: performance.now(), restarts: 0 };
    Object.assign(globalThis, { seen });
    for (const name of ['emptied', 'pause', 'loadstart'])
      video.addEventListener(name, () => (seen.restarts += 1));
    const look = (now: number): void => {
      seen.gap = Math.max(seen.gap, now - seen.last);
      seen.last = now;
      (video as HTMLVideoElement).requestVideoFrameCallback(look);
    };
    (video as HTMLVideoElement).requestVideoFrameCallback(look);
  });

  await rowOf(page, 'CBD-GATE-01').click();
  await streams(page, 'CBD-GATE-01');
  await paneOf(page, 'CBD-TRAFFIC-01').dragTo(paneOf(page, 'CBD-GATE-01'));
  await expect.poll(() => panes(page)).toEqual(['CBD-TRAFFIC-02', 'CBD-GATE-01', 'CBD-TRAFFIC-01']);
  await page.getByLabel('Layout').selectOption('9');
  await page.getByLabel('Layout').selectOption('focus');
  await page.getByLabel('Layout').selectOption('auto');
  // A zone that is dropped on a pane takes its place.
  await rowOf(page, 'PARK-WEST-01').dragTo(paneOf(page, 'CBD-TRAFFIC-02'));
  await expect.poll(() => panes(page)).toEqual(['PARK-WEST-01', 'CBD-GATE-01', 'CBD-TRAFFIC-01']);
  await page.setViewportSize({ width: 1000, height: 700 });
  await streams(page, 'PARK-WEST-01');
  await paneOf(page, 'PARK-WEST-01').hover();
  await page.getByRole('button', { name: 'Close PARK-WEST-01' }).click();
  await expect.poll(() => panes(page)).toEqual(['CBD-GATE-01', 'CBD-TRAFFIC-01']);

  // Another layer may have taken over on the way, by a track of its own: what counts is what is seen.
  const { gap, restarts, last } = await page.evaluate(
    () => (globalThis as unknown as { seen: { gap: number; last: number; restarts: number } }).seen,
  );
  expect(restarts).toBe(0);
  expect(gap).toBeLessThan(2000);
  await expect
    .poll(() =>
      page.evaluate(() => (globalThis as unknown as { seen: { last: number } }).seen.last),
    )
    .toBeGreaterThan(last);
  // The pane asks for one until its picture is there; its row has that picture, too.
  expect(stills.filter((zone) => zone === 'CBD-TRAFFIC-01').length).toBeLessThan(2);
});

test('a shift at the keyboard alone: find, star, open, walk, enlarge, close', async () => {
  const page = await openDesk();
  await page.keyboard.press('/');
  await page.keyboard.press('ArrowDown');
  expect(await focused(page)).toBe('CBD');
  await page.keyboard.press('ArrowLeft'); // folds the area
  await expect.poll(() => rowOf(page, 'CBD-GATE-01').count()).toBe(0);
  await page.keyboard.press('ArrowRight');
  await rowOf(page, 'CBD-GATE-01').waitFor();
  await page.keyboard.press('End');
  await expect.poll(() => focused(page)).toBe('PARK-WEST-01');
  await page.keyboard.press('s');
  await page.getByRole('treeitem', { name: 'Favourites, 1' }).waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.press('1'); // The favourite stands first.
  await page.getByText('1 – Enter opens PARK-WEST-01').waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await expect.poll(() => focused(page)).toBe('DOCK-GATE-02');
  await page.keyboard.press('Enter');
  await expect.poll(() => panes(page)).toEqual(['PARK-WEST-01', 'DOCK-GATE-02']);

  const current = page.getByRole('main').locator('button.face[tabindex="0"]');
  await current.focus();
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => focused(page)).toBe('PARK-WEST-01');
  await page.keyboard.press('Shift+ArrowRight');
  await expect.poll(() => panes(page)).toEqual(['DOCK-GATE-02', 'PARK-WEST-01']);
  await expect.poll(() => focused(page)).toBe('PARK-WEST-01');
  await page.keyboard.press('Enter');
  await page.locator('.enlarged').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.enlarged').waitFor({ state: 'detached' });
  await page.keyboard.press('Delete');
  await expect.poll(() => panes(page)).toEqual(['DOCK-GATE-02']);
  await expect.poll(() => focused(page)).toBe('DOCK-GATE-02');
});

test('a zone that nobody films stays in its place, and says so', async () => {
  const page = await openDesk();
  await rowOf(page, 'DOCK-GATE-01').click();
  await page.getByRole('main').getByText('No camera here yet').waitFor();
  await page.getByRole('treeitem', { name: 'DOCK-GATE-01, no camera, in a pane' }).waitFor();
});

test('the desk is accessible, empty and with panes', async () => {
  const page = await openDesk();
  await page.getByText('Open a zone from the list').waitFor();
  expect(await faults(page)).toEqual([]);
  await page.keyboard.press('/');
  await page.keyboard.type('cbd-gate-01');
  await page.keyboard.press('Enter');
  await streams(page, 'CBD-GATE-01');
  expect(await faults(page)).toEqual([]);
});
