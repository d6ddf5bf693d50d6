/** A camera that has been there before is lost, in these words wherever its zone is shown; another one has not come yet. */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, newTab } from '../support/browser.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { recordedClip } from '../support/peers/recorder.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const [filmed, never] = ['DOCK-GATE-01', 'DOCK-GATE-02'];
const query = `?zones=${filmed},${never}`;
const words = /Lost since \d\d:\d\d \(just now\)/;
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

test('a camera that ends is lost at the desk, on the wall and in the console, and still after a reload', async () => {
  const [desk, wall] = [await open(`/desk${query}`), await open(`/wall${query}`)];
  const page = await open(`/?zone=${filmed}&role=operator&start=1`);
  for (const one of [desk, wall])
    await tileOf(one, filmed).getByText('STREAMING', { exact: true }).waitFor({ timeout: 20_000 });
  camera.close();
  const siteTime = new Intl.DateTimeFormat('en-GB', {
    ...{ hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Kathmandu' },
  });
  const times = [0, 2000].map((later) => siteTime.format(Date.now() + later));

  for (const reloaded of [false, true]) {
    if (reloaded) await Promise.all([desk, wall, page].map((one) => one.reload()));
    await saysLost(tileOf(desk, filmed));
    await saysLost(tileOf(wall, filmed));
    await saysNotYet(tileOf(desk, never));
    await saysNotYet(tileOf(wall, never));
    const row = await rowOf(desk, filmed).textContent();
    expect(row).toMatch(words);
    expect(times).toContain(/since (\d\d:\d\d)/.exec(row ?? '')?.[1]);
    await desk.getByRole('treeitem', { name: `${never}, no camera, in a pane` }).waitFor();
    await page.getByRole('heading', { name: words }).waitFor();
    await page.getByRole('listitem').getByText(words).waitFor();
  }

  await desk.getByLabel('Find a zone').fill(filmed);
  await desk.getByRole('treeitem', { name: words }).waitFor();
  // It counts on by itself.
  for (const one of [desk, wall, page]) await one.clock.setFixedTime(Date.now() + 4.5 * 60_000);
  await desk.getByRole('treeitem', { name: /Lost since \d\d:\d\d \(4 min\)/ }).waitFor();
  for (const one of [desk, wall, page])
    await one
      .getByText(/\(4 min\)/)
      .last()
      .waitFor();
  if (process.env.SHOTS) {
    await desk.screenshot({ path: '/tmp/lost-desk.png' });
    await desk.setViewportSize({ width: 390, height: 844 });
    await desk.screenshot({ path: '/tmp/lost-desk-390.png' });
    await wall.screenshot({ path: '/tmp/lost-wall.png' });
    await page.setViewportSize({ width: 390, height: 844 });
    await page.screenshot({ path: '/tmp/lost-console-390.png' });
  }
}, 30_000);
