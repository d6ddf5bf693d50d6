/** Noticing, as operators do: a crowd is one notice, an answer is everybody's, and what is old looks old. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { faults } from '../support/axe.ts';
import { closeTabs, isGrey, launchBrowser, newTab, pill } from '../support/browser.ts';
import type { Clip } from '../support/peers/clip.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { recordedClip } from '../support/peers/recorder.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const zones = ['CBD-GATE-01', 'CBD-GATE-02', 'CBD-GATE-03', 'PARK-WEST-01'];
let server: RunningServer;
let browser: Browser;
let clip: Clip;
const cameras = new Map<string, LightPublisher>();

async function film(...whose: string[]): Promise<void> {
  for (const zone of whose) {
    cameras.set(zone, await LightPublisher.start(server.url, zone, clip));
  }
}

beforeAll(async () => {
  clip = await recordedClip();
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  await film(...zones);
}, 120_000);
afterEach(() => closeTabs(browser));
afterAll(async () => {
  for (const camera of cameras.values()) camera.close();
  await Promise.all([browser?.close(), server?.stop()]);
});

async function open(path: string): Promise<Page> {
  const page = await newTab(browser);
  await page.goto(`${server.url}${path}`);
  return page;
}
const bar = (page: Page) => page.getByRole('region', { name: 'Status' });
const happened = (page: Page) => page.getByRole('region', { name: 'What happened' });
const openList = async (page: Page): Promise<void> => {
  await bar(page)
    .getByRole('button', { name: /What happened/ })
    .click();
  await happened(page).waitFor();
};

// Three pages, and cameras that are waited for to be lost and to come back.
test(
  'three cameras that are lost together are one notice, and its answer is seen by all at once',
  { timeout: 120_000 },
  async () => {
    const [wall, desk] = [await open('/wall?zones=*'), await open('/desk')];
    const start = await open('/?zone=PARK-WEST-01&role=operator&start=1');
    await bar(wall).getByText('4/4 live').waitFor();
    await pill(wall, 'STREAMING');
    await expect(wall.title()).resolves.not.toMatch(/^\(/);

    for (const zone of zones.slice(0, 3)) cameras.get(zone)?.close();
    for (const page of [wall, desk]) {
      await bar(page).getByText('1/4 live').waitFor({ timeout: 20_000 });
      await bar(page).getByText('3 lost').waitFor();
      await expect.poll(() => page.title()).toMatch(/^\(1\) /);
      await openList(page);
      await happened(page)
        .getByText(/^3 cameras lost at \d\d:\d\d$/)
        .waitFor();
    }
    // Where nobody sits at a list, its number is in the title.
    await expect.poll(() => start.title()).toMatch(/^\(1\) /);
    // One picture flows, and the wall is not well for that.
    await pill(wall, 'WAITING FOR CAMERA');
    await wall.getByRole('log').getByText('CBD-GATE-02: the camera is lost.').waitFor();

    await happened(desk).getByRole('button', { name: 'Add a note' }).click();
    await happened(desk).getByLabel('Note').fill('Power of the gate is off');
    await happened(desk).getByRole('button', { name: 'Save' }).click();
    await happened(wall)
      .getByRole('blockquote')
      .filter({ hasText: 'Power of the gate is off' })
      .waitFor();
    await wall.keyboard.press('a');
    await happened(desk)
      .getByText(/^Acknowledged by open access at/)
      .waitFor();
    for (const page of [wall, desk, start]) {
      await expect.poll(() => page.title()).not.toMatch(/^\(/);
    }
    expect(await faults(desk)).toEqual([]);

    await film(...zones.slice(0, 3));
    await bar(wall).getByText('4/4 live').waitFor({ timeout: 20_000 });
    await happened(wall).getByText('Nothing is open.').filter({ visible: true }).waitFor();
    await happened(wall).getByRole('button', { name: 'All', exact: true }).click();
    await happened(wall)
      .getByText(/^over at/)
      .waitFor();
  },
);

test('what a silent server told last looks old', async () => {
  const wall = await open('/wall?zones=*');
  await bar(wall).getByText('4/4 live').waitFor();
  const desk = await open('/desk');
  await desk.getByRole('treeitem', { name: /^PARK-WEST-01, live/ }).waitFor();
  server.process.kill('SIGSTOP');
  try {
    await bar(wall)
      .getByText(/^not heard from the server for \d+ s$/)
      .waitFor({ timeout: 20_000 });
    await bar(wall)
      .getByText(/^as of \d\d:\d\d$/)
      .waitFor();
    await desk
      .getByText(/^The server is not heard: states are as of \d\d:\d\d\.$/)
      .waitFor({ timeout: 10_000 });
    expect(await isGrey(desk.getByRole('tree'))).toBe(true);
  } finally {
    server.process.kill('SIGCONT');
  }
  await bar(wall).getByText('server', { exact: true }).waitFor({ timeout: 20_000 });
  await desk.getByText('4 zones').waitFor({ timeout: 20_000 });
  expect(await isGrey(desk.getByRole('tree'))).toBe(false);
});

test('a shift is handed over between two browsers', async () => {
  const [leaves, comes] = [await open('/desk'), await open('/desk')];
  const sheet = (page: Page) => page.getByRole('dialog', { name: 'Handover' });
  await openList(leaves);
  await happened(leaves).getByRole('button', { name: 'Handover …' }).click();
  await sheet(leaves).getByLabel('What the next shift has to know').fill('Lens 3 is cleaned at 6.');
  await sheet(leaves).getByLabel('Your name').fill('Ann');
  await sheet(leaves).getByRole('button', { name: 'Hand over' }).click();
  await sheet(leaves)
    .getByText(/^Ann hands over/)
    .waitFor();

  await openList(comes);
  await happened(comes).getByRole('button', { name: 'Handover …' }).click();
  await sheet(comes).getByText('Lens 3 is cleaned at 6.').waitFor();
  await sheet(comes).getByLabel('Your name').fill('Ann');
  await sheet(comes).getByRole('button', { name: 'Take over' }).click();
  await sheet(comes)
    .getByText(/sign-in of their own/)
    .waitFor();
  await sheet(comes).getByLabel('Your name').fill('Ben');
  await sheet(comes).getByRole('button', { name: 'Take over' }).click();
  await sheet(comes)
    .getByText(/^Ann handed over to Ben/)
    .waitFor();
  expect(await faults(comes)).toEqual([]);
});
