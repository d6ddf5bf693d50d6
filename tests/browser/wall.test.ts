/** A wall of many zones in a real browser: tiles, layers, patterns. */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { closeTabs, launchBrowser, mediaRests, newTab } from '../support/browser.ts';
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
  [server, browser] = await Promise.all([
    startServer({ CAMERA_WARM_UP: '500', CAMERA_LINGER: '500' }),
    launchBrowser(),
  ]);
}, 120_000);
afterEach(async () => {
  for (const camera of cameras) camera.close();
  cameras = [];
  await closeTabs(browser);
});
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
});

async function film(...zones: string[]): Promise<LightPublisher[]> {
  const made = await Promise.all(zones.map((zone) => LightPublisher.start(server.url, zone, clip)));
  cameras.push(...made);
  return made;
}

async function openWall(query: string): Promise<Page> {
  const page = await newTab(browser);
  await page.goto(`${server.url}/wall${query}`);
  return page;
}

const tileOf = (page: Page, zone: string): Locator => page.locator(`[data-zone="${zone}"]`);

/** The zones in the order of their tiles. */
const orderOf = (page: Page): Promise<(string | null)[]> =>
  page
    .locator('[data-zone]')
    .evaluateAll((tiles) => tiles.map((tile) => tile.getAttribute('data-zone')));

/** The zone whose tile has the keyboard's focus. */
const focused = (page: Page): Promise<string | null | undefined> =>
  page.evaluate(() => document.activeElement?.closest('[data-zone]')?.getAttribute('data-zone'));

const copied = (page: Page): Promise<string> => page.evaluate(() => navigator.clipboard.readText());

async function says(tile: Locator, status: string, timeout = 15_000): Promise<void> {
  const label = (): Promise<string | null> => tile.getByRole('button').getAttribute('aria-label');
  await expect.poll(label, { timeout }).toContain(`, ${status}`);
}

/** px across of the picture that the tile shows now. */
const pictureWidth = (tile: Locator): Promise<number> =>
  tile.locator('video').evaluate((video) => (video as HTMLVideoElement).videoWidth);

const health = async (page: Page, name: string): Promise<string> =>
  (await page
    .getByLabel('Health of the wall')
    .locator('div', { has: page.locator('dt', { hasText: new RegExp(`^${name}$`) }) })
    .locator('dd')
    .textContent()) ?? '';

/** The events that the page sends, by name. */
function eventsOf(page: Page): string[] {
  const events: string[] = [];
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      const name = /^42\d*\["([^"]+)"/.exec(payload.toString())?.[1];
      if (name) events.push(name);
    }),
  );
  return events;
}

test('sixteen tiles appear with two round trips, over one transport', async () => {
  const zones = Array.from({ length: 16 }, (_, n) => `SIXTEEN-CAM-${n + 1}`);
  await film(...zones);
  const page = await newTab(browser);
  const events = eventsOf(page);
  await page.goto(`${server.url}/wall?zones=${zones.join(',')}`);
  for (const zone of zones) await says(tileOf(page, zone), 'STREAMING', 30_000);
  await expect.poll(() => health(page, 'Live')).toBe('16');
  const forTiles = events.filter((name) => name !== 'view' && name !== 'happenings:follow');
  expect(forTiles).toEqual(['watch', 'transport:connect']);
  expect(
    await page.evaluate(
      () =>
        (globalThis as unknown as { peerConnections: RTCPeerConnection[] }).peerConnections.filter(
          ({ connectionState }) => connectionState === 'connected',
        ).length,
    ),
  ).toBe(1);
  // Those beyond the ninth are chosen by two digits.
  await page.keyboard.type('12');
  await expect.poll(() => focused(page)).toBe('SIXTEEN-CAM-12');
});

test('each tile gets the layer of its size, and an enlarged one alone is sent', async () => {
  const [first, second] = await film('LAYER-CAM-1', 'LAYER-CAM-2', 'LAYER-CAM-3', 'LAYER-CAM-4');
  const page = await openWall('?match=LAYER-*&layout=16');
  const tile = tileOf(page, 'LAYER-CAM-1');
  await expect.poll(() => pictureWidth(tile), { timeout: 20_000 }).toBe(320);
  await expect.poll(() => first?.layers.map(({ active }) => active)).toEqual([true, false, false]);

  await tile.dblclick();
  await expect.poll(() => pictureWidth(tile), { timeout: 15_000 }).toBe(1280);
  await expect.poll(() => second?.layers.some(({ active }) => active)).toBe(false);
  await expect.poll(() => health(page, 'Paused')).toBe('3');

  await page.keyboard.press('Escape');
  await page.mouse.move(2, 2);
  await expect.poll(() => pictureWidth(tile), { timeout: 15_000 }).toBe(320);
  await says(tileOf(page, 'LAYER-CAM-2'), 'STREAMING');
  // A layer that somebody still got is kept for 6 s, and lingers for 2 s.
  await expect
    .poll(() => first?.layers.map(({ active }) => active), { timeout: 15_000 })
    .toEqual([true, false, false]);
});

test('what a small tile says covers no name', async () => {
  const zones = Array.from({ length: 64 }, (_, n) => `SMALL-TRAFFIC-CAMERA-${n + 1}`);
  const page = await openWall(`?zones=${zones.join(',')}`);
  await says(tileOf(page, 'SMALL-TRAFFIC-CAMERA-64'), 'WAITING FOR CAMERA');
  const covered = (): Promise<number> =>
    page.locator('.tile').evaluateAll((tiles) => {
      const box = (tile: Element, part: string) =>
        tile.querySelector(part)?.getBoundingClientRect();
      const covers = (tile: Element): boolean => {
        const [name, words] = [box(tile, 'strong'), box(tile, '.words')];
        return !name || (words !== undefined && words.height > 0 && words.top < name.bottom);
      };
      return tiles.filter(covers).length;
    });
  for (const [width, height] of [
    [1440, 900],
    [1024, 768],
    [390, 844],
  ] as const) {
    await page.setViewportSize({ width, height });
    await expect.poll(covered).toBe(0);
  }
  // What tells it from its neighbours is in sight.
  const end = tileOf(page, 'SMALL-TRAFFIC-CAMERA-64').getByText('-64', { exact: true });
  const { x, width } = (await end.boundingBox()) ?? { x: 0, width: 0 };
  const tile = await tileOf(page, 'SMALL-TRAFFIC-CAMERA-64').boundingBox();
  expect(x + width).toBeLessThan((tile?.x ?? 0) + (tile?.width ?? 0));
});

test('a wall in a hidden tab is sent nothing', async () => {
  await film('UNSEEN-CAM-1', 'UNSEEN-CAM-2');
  const page = await openWall('?match=UNSEEN-*');
  await says(tileOf(page, 'UNSEEN-CAM-2'), 'STREAMING');
  await page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { configurable: true, value: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await expect.poll(() => cameras.some(({ layers }) => layers.some((l) => l.active))).toBe(false);
  await expect.poll(() => mediaRests(page, 1000), { timeout: 10_000 }).toBe(true);
});

test('a frozen picture is called stalled in words, and a lost camera is waited for', async () => {
  const [camera] = await film('FROZEN-CAM-1', 'FROZEN-CAM-2');
  const page = await openWall('?match=FROZEN-*');
  const tile = tileOf(page, 'FROZEN-CAM-1');
  await says(tile, 'STREAMING');
  camera?.pause();
  await says(tile, 'STALLED', 4000);
  await tile.getByText(/No new frame for \d+ s/).waitFor();
  // A wall that is opened now finds it no healthier.
  const late = await openWall('?match=FROZEN-*');
  await says(tileOf(late, 'FROZEN-CAM-1'), 'STALLED');
  await tileOf(late, 'FROZEN-CAM-1').getByText('The camera sends nothing').waitFor();
  await expect.poll(() => health(page, 'Stalled')).toBe('1');
  await says(tileOf(page, 'FROZEN-CAM-2'), 'STREAMING');
  camera?.close();
  await says(tile, 'WAITING FOR CAMERA', 5000);
  await film('FROZEN-CAM-1');
  await says(tile, 'STREAMING');
});

test('a pattern picks up a zone when it comes live, and no other', async () => {
  await film('PATTERN-CAM-1');
  const page = await openWall('?match=PATTERN-*');
  await says(tileOf(page, 'PATTERN-CAM-1'), 'STREAMING');
  await film('PATTERN-CAM-2', 'OTHER-CAM-1');
  await says(tileOf(page, 'PATTERN-CAM-2'), 'STREAMING');
  expect(await page.locator('[data-zone]').count()).toBe(2);
});

test('a tour shows each stop in turn, and waits while someone points at the wall', async () => {
  await film('TOUR-CAM-1', 'TOUR-CAM-2');
  const page = await openWall('?zones=TOUR-CAM-1,TOUR-CAM-2&tour=TOUR-CAM-1,TOUR-CAM-2&dwell=1');
  const enlarged = page.locator('.enlarged [data-zone]');
  const shown = (): Promise<string | null> => enlarged.getAttribute('data-zone');
  await expect.poll(shown, { timeout: 10_000 }).toBe('TOUR-CAM-2');
  await expect.poll(shown, { timeout: 10_000 }).toBe('TOUR-CAM-1');
  await page.locator('main').hover();
  await page.getByText('· paused').waitFor();
  const held = await shown();
  await page.waitForTimeout(2500);
  expect(await shown()).toBe(held);
  await page.mouse.move(2, 2);
  await expect.poll(shown, { timeout: 10_000 }).not.toBe(held);
});

test('a wall is saved by name, restored, and handed on as a link', async () => {
  const page = await openWall('?zones=SAVE-CAM-1,SAVE-CAM-2&layout=4');
  const order = (): Promise<(string | null)[]> => orderOf(page);
  await expect.poll(order).toEqual(['SAVE-CAM-1', 'SAVE-CAM-2']);
  await tileOf(page, 'SAVE-CAM-1').getByRole('button').focus();
  await page.keyboard.press('Shift+ArrowRight');
  await expect.poll(order).toEqual(['SAVE-CAM-2', 'SAVE-CAM-1']);
  await expect.poll(() => focused(page)).toBe('SAVE-CAM-1');
  await page.getByRole('button', { name: 'Save …' }).click();
  await page.getByLabel('Name').fill('Night wall');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved as Night wall.').waitFor();

  await page.goto(`${server.url}/wall?zones=ELSE-CAM-1`);
  await page.getByLabel('Saved walls').selectOption('Night wall');
  await expect.poll(order).toEqual(['SAVE-CAM-2', 'SAVE-CAM-1']);
  expect(await page.getByLabel('Layout').inputValue()).toBe('4');

  await page.getByRole('button', { name: 'Copy link' }).click();
  await page.getByText('The link is copied').waitFor();
  await page.context().grantPermissions(['clipboard-read']);
  expect(await copied(page)).toMatch(/zones=SAVE-CAM-2,SAVE-CAM-1&layout=4$/);
});

test('a pattern keeps the order that its tiles were moved to; a link has that, the tour and the kiosk', async () => {
  await film('ORDER-CAM-1', 'ORDER-CAM-2', 'ORDER-CAM-3');
  const page = await openWall('?match=ORDER-*&layout=4');
  const moved = ['ORDER-CAM-2', 'ORDER-CAM-1', 'ORDER-CAM-3'];
  await expect.poll(async () => (await orderOf(page)).length).toBe(3);
  await tileOf(page, 'ORDER-CAM-2').getByRole('button').focus();
  await page.keyboard.press('Shift+ArrowLeft');
  await expect.poll(() => orderOf(page)).toEqual(moved);
  await page.getByRole('button', { name: 'Save …' }).click();
  await page.getByLabel('Name').fill('Ordered');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved as Ordered.').waitFor();
  await page.goto(`${server.url}/wall?zones=ELSE-CAM-1`);
  await page.getByLabel('Saved walls').selectOption('Ordered');
  await expect.poll(() => orderOf(page)).toEqual(moved);

  await page.getByLabel('Tour of').fill('ORDER-CAM-2, Nowhere');
  await page.getByLabel('Seconds each').fill('1');
  await page.getByRole('button', { name: 'Start tour' }).click();
  await page.getByRole('button', { name: 'Copy kiosk link' }).click();
  await page.getByText('The link is copied').waitFor();
  await page.context().grantPermissions(['clipboard-read']);
  await page.goto(await copied(page));
  await page.locator('.kiosk .enlarged [data-zone="ORDER-CAM-2"]').waitFor();
  await expect.poll(() => orderOf(page)).toEqual(moved);
  // What cannot be shown is said, in a kiosk too.
  await page.getByRole('alert').getByText('Not in this tour: Nowhere').waitFor({ timeout: 15_000 });
});

test('a tile is moved by dragging it onto another', async () => {
  const page = await openWall('?zones=DRAG-CAM-1,DRAG-CAM-2,DRAG-CAM-3&layout=4');
  const order = (): Promise<(string | null)[]> => orderOf(page);
  await expect.poll(order).toEqual(['DRAG-CAM-1', 'DRAG-CAM-2', 'DRAG-CAM-3']);
  await tileOf(page, 'DRAG-CAM-3').dragTo(tileOf(page, 'DRAG-CAM-1'));
  await expect.poll(order).toEqual(['DRAG-CAM-3', 'DRAG-CAM-1', 'DRAG-CAM-2']);
});

test('everything on the wall can be done with the keyboard', async () => {
  await film('KEYS-CAM-1', 'KEYS-CAM-2', 'KEYS-CAM-3');
  const page = await openWall('?zones=KEYS-CAM-1,KEYS-CAM-2,KEYS-CAM-3&layout=4');
  await says(tileOf(page, 'KEYS-CAM-3'), 'STREAMING');
  await page.keyboard.press('3');
  await expect.poll(() => focused(page)).toBe('KEYS-CAM-3');
  await page.keyboard.press('ArrowUp');
  await expect.poll(() => focused(page)).toBe('KEYS-CAM-1');
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => focused(page)).toBe('KEYS-CAM-2');
  await page.keyboard.press('Enter');
  await page.locator('.enlarged [data-zone="KEYS-CAM-2"]').waitFor();
  await page.keyboard.press('ArrowRight');
  await page.locator('.enlarged [data-zone="KEYS-CAM-3"]').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.enlarged').waitFor({ state: 'detached' });
  await page.keyboard.press('i');
  await tileOf(page, 'KEYS-CAM-1').getByText('RTT').waitFor();
  await page.keyboard.press('f');
  await expect.poll(() => page.evaluate(() => document.fullscreenElement?.tagName)).toBe('MAIN');
  await page.keyboard.press('f');
  await expect.poll(() => page.evaluate(() => document.fullscreenElement)).toBeNull();
});

test('a kiosk shows tiles and nothing else, and comes back after the server was restarted', async () => {
  await film('KIOSK-CAM-1');
  const page = await openWall('?match=KIOSK-*&kiosk=1');
  await says(tileOf(page, 'KIOSK-CAM-1'), 'STREAMING');
  expect(await page.getByRole('button', { name: 'Start tour' }).count()).toBe(0);
  expect(await page.locator('header').count()).toBe(0);
  const lost = says(tileOf(page, 'KIOSK-CAM-1'), 'RECONNECTING', 30_000);
  await Promise.all([lost, server.restart('SIGKILL')]);
  await film('KIOSK-CAM-1');
  await says(tileOf(page, 'KIOSK-CAM-1'), 'STREAMING', 30_000);
});
