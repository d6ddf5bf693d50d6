/** Every page, in the states that people meet, against axe's rules for WCAG 2.2 AA. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { faults } from '../support/axe.ts';
import { closeTabs, launchBrowser, newTab, openConsole, pill } from '../support/browser.ts';
import { startServer, type RunningServer } from '../support/server.ts';

let server: RunningServer;
let browser: Browser;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
});
afterEach(() => closeTabs(browser));
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
});

test('the console before a session', async () => {
  const page = await newTab(browser);
  await page.goto(server.url);
  await pill(page, 'DISCONNECTED');
  expect(await faults(page)).toEqual([]);
});

test('the console of a camera and of its operator', async () => {
  const zone = 'AXE-01';
  const camera = await openConsole(browser, server.url, { zone, role: 'camera' });
  const operator = await openConsole(browser, server.url, { zone, role: 'operator' });
  await pill(operator, 'STREAMING');
  expect(await faults(camera)).toEqual([]);
  expect(await faults(operator)).toEqual([]);
});

test('the console when something is wrong', async () => {
  await pill(
    await openConsole(browser, server.url, { zone: 'AXE-02', role: 'camera' }),
    'STREAMING',
  );
  const refused = await openConsole(browser, server.url, { zone: 'AXE-02', role: 'camera' });
  await pill(refused, 'FAILED');
  expect(await faults(refused)).toEqual([]);
});

test('the wall, empty and with tiles that stream and wait', async () => {
  const empty = await newTab(browser);
  await empty.goto(`${server.url}/wall?match=NOBODY-*`);
  await empty.getByText('No zone is live yet').waitFor();
  expect(await faults(empty)).toEqual([]);
  await openConsole(browser, server.url, { zone: 'AXE-03', role: 'camera' });
  const wall = await newTab(browser);
  await wall.goto(`${server.url}/wall?zones=AXE-03,AXE-04`);
  await wall.getByLabel('STREAMING').waitFor();
  await pill(wall, 'WAITING FOR CAMERA');
  await wall.keyboard.press('i');
  expect(await faults(wall)).toEqual([]);
});

test('what is chosen is seen in forced colours, too', async () => {
  const page = await newTab(browser);
  await page.emulateMedia({ forcedColors: 'active' });
  await page.goto(`${server.url}/admin`);
  const outline = (chosen: boolean): Promise<string> =>
    page
      .getByRole('tab', { selected: chosen })
      .first()
      .evaluate((tab) => getComputedStyle(tab).outlineStyle);
  expect(await outline(true)).not.toBe(await outline(false));
});
