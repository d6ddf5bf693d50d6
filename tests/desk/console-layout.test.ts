/** The console shows its picture first at every size, folds its form, and tells a name that does not exist. */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { faults } from '../support/axe.ts';
import { closeTabs, figure, launchBrowser, newTab, openConsole, pill } from '../support/browser.ts';
import { expectInView } from '../support/in-view.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { recordedClip } from '../support/peers/recorder.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const zone = 'CBD-TRAFFIC-01';
const mistyped = 'CBD-TRAFIC-01';
/** The last is 1440×900 at 200 % zoom. */
const sizes = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
  { width: 720, height: 450 },
];

let server: RunningServer;
let browser: Browser;
let camera: LightPublisher;

beforeAll(async () => {
  const clip = await recordedClip();
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  camera = await LightPublisher.start(server.url, zone, clip);
}, 120_000);
afterEach(() => closeTabs(browser));
afterAll(async () => {
  camera?.close();
  await Promise.all([browser?.close(), server?.stop()]);
});

const button = (page: Page, name: string): Locator =>
  page.getByRole('button', { name, exact: true });

/** Whether nothing of it is cut off at the edge of the picture that it stands on. */
async function expectOnPicture(page: Page, locator: Locator): Promise<void> {
  const [inner, outer] = [
    await locator.boundingBox(),
    await page.getByLabel('Live feed').locator('xpath=..').boundingBox(),
  ];
  if (!inner || !outer) throw new Error('there is no picture, or nothing on it');
  expect(inner.y).toBeGreaterThanOrEqual(outer.y);
  expect(inner.y + inner.height).toBeLessThanOrEqual(outer.y + outer.height);
}

test('while a session runs, the picture is in view at every size', async () => {
  const page = await openConsole(browser, server.url, { zone, role: 'operator' });
  await pill(page, 'STREAMING');
  const picture = page.getByLabel('Live feed');
  for (const size of sizes) {
    await page.setViewportSize(size);
    await expectInView(page, picture);
    expect((await picture.boundingBox())?.height).toBeGreaterThan(140);
    await expectInView(page, button(page, 'End Session'));
  }
});

test('where there is no picture, the reason and a button are in view at every size', async () => {
  const waiting = await openConsole(browser, server.url, { zone: mistyped, role: 'operator' });
  const idle = await newTab(browser);
  await idle.goto(server.url);
  await pill(waiting, 'WAITING FOR CAMERA');
  const meant = waiting.getByRole('region', { name: 'Control Centre View' });
  const said = [
    waiting.getByRole('heading', { name: `No camera in ${mistyped}` }),
    meant.getByRole('button', { name: zone }),
    button(waiting, 'Choose another zone'),
  ];
  for (const size of sizes) {
    for (const page of [waiting, idle]) await page.setViewportSize(size);
    for (const one of said) {
      await expectInView(waiting, one);
      await expectOnPicture(waiting, one);
    }
    await expectInView(idle, idle.getByRole('heading', { name: 'No session' }));
    await expectInView(idle, button(idle, 'Enter a zone'));
    await expectInView(idle, idle.getByLabel('Zone Identifier'));
  }
  for (const page of [waiting, idle]) expect(await faults(page)).toEqual([]);
});

test('whoever films sees what is filmed at every size, and the form next to it', async () => {
  const page = await openConsole(browser, server.url, { zone: 'CBD-GATE-09', role: 'camera' });
  await pill(page, 'CONNECTED');
  for (const size of sizes) {
    await page.setViewportSize(size);
    await expectInView(page, page.getByLabel('Local preview'));
    await expectInView(page, button(page, 'End Session'));
  }
  await page.getByLabel('Camera device').waitFor();
  expect(await faults(page)).toEqual([]);
});

test('the form is one line during a session, opens again, and comes back at its end', async () => {
  const page = await newTab(browser);
  await page.goto(server.url);
  const field = page.getByLabel('Zone Identifier');
  await button(page, 'Enter a zone').click();
  await field.fill(zone.toLowerCase());
  await page.keyboard.press('Enter');
  await pill(page, 'STREAMING');
  expect(await field.isVisible()).toBe(false);
  await button(page, 'End Session').waitFor();
  // What had the focus is folded away: it goes to what opens it again.
  const inFocus = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
  await expect.poll(inFocus).toBe('Show the form');
  await page.keyboard.press('Enter');
  await page.getByLabel('System Role').waitFor();
  expect(await field.inputValue()).toBe(zone);
  expect(await field.isDisabled()).toBe(true);
  expect(await faults(page)).toEqual([]);
  await button(page, 'Fold the form').click();
  await field.waitFor({ state: 'hidden' });
  await button(page, 'End Session').click();
  await pill(page, 'DISCONNECTED');
  expect(await field.isEnabled()).toBe(true);
  await button(page, 'Watch now').press('Enter');
  await pill(page, 'STREAMING');
  expect(await page.evaluate(() => document.activeElement?.tagName)).not.toBe('BODY');
});

test('three figures are in sight, the others behind Technical, which stays as a person left it', async () => {
  const page = await openConsole(browser, server.url, { zone, role: 'operator' });
  await pill(page, 'STREAMING');
  const term = (name: string): Locator => page.locator('dt', { hasText: new RegExp(`^${name}$`) });
  for (const name of ['State', 'Latency', 'Bitrate']) await expectInView(page, term(name));
  expect(await figure(page, 'State')).toBe('Flowing');
  expect(await term('ICE Path').isVisible()).toBe(false);
  await expect.poll(() => figure(page, 'ICE Path')).toMatch(/udp|tcp/);
  await page.getByText('Technical', { exact: true }).click();
  await term('ICE Path').waitFor();
  const terms = await page.locator('dt').allTextContents();
  expect(new Set(terms).size).toBe(terms.length);
  await page.reload();
  await term('ICE Path').waitFor();
});

test('zones are offered, and a name that does not exist says so and offers the nearest', async () => {
  const page = await newTab(browser);
  await page.goto(`${server.url}/?role=operator`);
  const field = page.getByLabel('Zone Identifier');
  await expect
    .poll(() =>
      page
        .locator('datalist option')
        .evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value)),
    )
    .toContain(zone);
  await field.fill(mistyped);
  await page.getByText(`There is no zone ${mistyped} so far.`).waitFor();
  await button(page, zone).click();
  expect(await field.inputValue()).toBe(zone);
  await page.getByText(`There is no zone ${mistyped} so far.`).waitFor({ state: 'detached' });
  // It may be waited for all the same, and is corrected on the picture.
  await field.fill(mistyped);
  await page.keyboard.press('Enter');
  await pill(page, 'WAITING FOR CAMERA');
  const picture = page.getByRole('region', { name: 'Control Centre View' });
  await picture.getByText('There is no zone of this name so far.').waitFor();
  await picture.getByRole('button', { name: zone }).click();
  await pill(page, 'STREAMING');
  expect(await figure(page, 'Zone')).toBe(zone);
});
