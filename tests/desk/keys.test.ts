/** The map of the keys: shown by `?`, changed in the browser, and heard on the pictures. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { faults } from '../support/axe.ts';
import { launchBrowser, newTab } from '../support/browser.ts';
import { startServer, type RunningServer } from '../support/server.ts';

let server: RunningServer;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  page = await newTab(browser);
}, 120_000);
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
});

test('? shows the keys; a key is changed, one that is taken is refused in words, and all are reset', async () => {
  await page.goto(`${server.url}/wall?zones=KEY-CAM-01,KEY-CAM-02`);
  const tile = page.getByRole('button', { name: /^KEY-CAM-01, / });
  await tile.focus();
  await page.keyboard.press('?');
  const keys = page.getByRole('dialog', { name: 'Keys' });
  await keys.waitFor();
  expect(await faults(page)).toEqual([]);
  await page.setViewportSize({ width: 1440, height: 900 });
  await keys.getByRole('button', { name: 'Change the key: Figures' }).click();
  await page.keyboard.press('f');
  await keys.getByText('F does “Full screen” already.').waitFor();
  await page.keyboard.press('g');
  await keys.getByText('G does “Figures” now, in this browser.').waitFor();
  await page.keyboard.press('Escape');
  await keys.waitFor({ state: 'hidden' });
  await expect.poll(() => tile.evaluate((it) => it === document.activeElement)).toBe(true);
  const figures = page.getByText(/^RTT/).first();
  await page.keyboard.press('i');
  expect(await figures.count()).toBe(0);
  await page.keyboard.press('g');
  await figures.waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Keys' }).click();
  await keys.getByRole('button', { name: 'Reset all keys' }).click();
  await keys.getByText('All keys are as they are for everyone.').waitFor();
  await page.keyboard.press('Escape');
  await tile.focus();
  await page.keyboard.press('i');
  await figures.waitFor();
});

test('the console has the same keys, and a ? that is typed is a letter', async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(server.url);
  await page.getByLabel('Zone Identifier').press('?');
  const keys = page.getByRole('dialog', { name: 'Keys' });
  expect(await keys.count()).toBe(0);
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('?');
  await keys.waitFor();
});
