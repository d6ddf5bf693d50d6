/** A camera that has been there before is lost, in these words wherever its zone is shown; another one has not come yet. */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, newTab } from '../support/browser.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { recordedClip } from '../support/peers/recorder.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const [filmed, never] = ['DOCK-GATE-01', 'DOCK-GATE-02'];
const query = `?zones=${filmed},${never}`;
const words = /Lost since \d\d:\d\d \((just now|\d min)\)/;
let server: RunningServer;
let browser: Browser;
let camera: LightPublisher;

beforeAll(async () => {
  const clip = await recordedClip();
  [server, browser] = await Promise.all([
    startServer({ ZONES_CONFIGURED: never, AUDIT_TIME_ZONE: 'Asia/Kathmandu' }),
    launchBrowser(),
  ]);
  camera = await LightPublisher.start(server.url, filmed, clip);
}, 120_000);
afterAll(async () => {
  camera?.close();
  await Promise.all([browser?.close(), server?.stop()]);
});

async function open(path: string): Promise<Page> {
  const page = await newTab(browser);
  await page.goto(`${server.url}${path}`);
  return page;
}
const rowOf = (page: Page, zone: string): Locator =>
  page.getByRole('treeitem', { name: new RegExp(`^${zone},`) });
const tileOf = (page: Page, zone: string): Locator =>
  page.locator(`[data-zone="${zone}"]`).filter({ has: page.getByLabel(`Picture of ${zone}`) });

async function saysLost(tile: Locator): Promise<void> {
  await tile.getByText(words).waitFor({ timeout: 10_000 });
  await tile.getByText('WAITING FOR CAMERA', { exact: true }).waitFor();
}
async function saysNotYet(tile: Locator): Promise<void> {
  await tile.getByText('No camera here yet').waitFor();
  expect(await tile.getByText('Lost since').count()).toBe(0);
}

test('a camera that ends is lost at the desk and on the wall, and still after a reload', async () => {
  const pages = [await open(`/desk${query}`), await open(`/wall${query}`)] as const;
  const [desk] = pages;
  for (const page of pages)
    await tileOf(page, filmed).getByText('STREAMING', { exact: true }).waitFor({ timeout: 20_000 });
  camera.close();
  const siteTime = new Intl.DateTimeFormat('en-GB', {
    ...{ hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Kathmandu' },
  });
  const times = [0, 2000].map((later) => siteTime.format(Date.now() + later));

  for (const reloaded of [false, true]) {
    if (reloaded) await Promise.all(pages.map((page) => page.reload()));
    for (const page of pages) {
      await saysLost(tileOf(page, filmed));
      await saysNotYet(tileOf(page, never));
    }
    await desk.getByRole('treeitem', { name: `${never}, no camera, in a pane` }).waitFor();
    await rowOf(desk, filmed).getByText(words).first().waitFor();
    const row = await rowOf(desk, filmed).textContent();
    expect(times).toContain(/since (\d\d:\d\d)/.exec(row ?? '')?.[1]);
  }
  await desk.getByLabel('Find a zone').fill(filmed);
  await desk.getByRole('treeitem', { name: words }).waitFor();
});

test('a wall by a pattern has it when it is opened later, and no name that somebody only waits for', async () => {
  const waiting = await open('/wall?zones=DOCK-GATE-77');
  const late = await open('/wall?match=DOCK-*');
  await saysLost(tileOf(late, filmed));
  await saysNotYet(tileOf(late, never));
  const tiles = late.locator('[data-zone]');
  const zones = await tiles.evaluateAll((all) => all.map((tile) => tile.getAttribute('data-zone')));
  expect(zones).toEqual([filmed, never]);
  await waiting.close();
});

test('whoever comes later finds it lost in the console and in the fleet, where it counts on by itself', async () => {
  const page = await open(`/?zone=${filmed}&role=operator&start=1`);
  await page.getByRole('heading', { name: words }).waitFor();
  await page.getByRole('listitem').getByText(words).waitFor();

  await page.goto(`${server.url}/admin#fleet`);
  await page.getByRole('row', { name: new RegExp(`^${filmed} Lost since`) }).waitFor();
  await page.getByRole('row', { name: `${never} no camera never` }).waitFor();
  await page.getByText('2 zones · 1 lost').waitFor();
  await page.clock.setFixedTime(Date.now() + 3_600_000);
  await page.getByText(/Lost since .*\(1 h \d min\)/).waitFor();
});
