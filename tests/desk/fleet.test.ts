/** The inventory as an administrator reads it: by search, and as a file for a spreadsheet. */
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { faults } from '../support/axe.ts';
import { launchBrowser, signedInTab } from '../support/browser.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { password, setUp } from '../support/visitor.ts';

let server: RunningServer;
let browser: Browser;

beforeAll(async () => {
  [server, browser] = await Promise.all([
    startServer({ ACCESS_MODE: 'accounts', TLS_ENABLED: 'false' }),
    launchBrowser(),
  ]);
}, 120_000);
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
});

const ids = (page: Page): Promise<string[]> => page.getByRole('rowheader').allTextContents();

test('all zones stand in one table with their keys, are searched, and leave as a file without formulas', async () => {
  const ada = await setUp(server, 'ada');
  for (const id of ['HALL-01', 'HALL-02', 'YARD-01'])
    await ada.request('POST', '/api/zones', { id });
  for (const [name, role] of [
    ['=HYPERLINK(1)', 'camera'],
    ['lobby', 'wall'],
  ])
    await ada.request('POST', '/api/keys', { name, role, zones: 'HALL-*' });
  const page = await signedInTab(browser, server.url, { name: 'ada', password });
  await page.goto(`${server.url}/admin`);
  await page.getByRole('tab', { name: 'Fleet' }).click();
  await page.getByRole('row', { name: 'HALL-01 no camera never — — =HYPERLINK(1)' }).waitFor();
  await page.getByRole('row', { name: 'YARD-01 no camera never — — —' }).waitFor();
  await page.getByText('3 zones').waitFor();
  expect(await faults(page)).toEqual([]);

  const search = page.getByLabel('Find in the fleet');
  await search.fill('hyperlink');
  await expect.poll(() => ids(page)).toEqual(['HALL-01', 'HALL-02']);
  await search.fill('hall-02');
  await expect.poll(() => ids(page)).toEqual(['HALL-02']);
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as CSV' }).click();
  const file = await saving;
  expect(file.suggestedFilename()).toMatch(/^fleet_\d{4}-\d\d-\d\d\.csv$/);
  expect(await readFile(await file.path(), 'utf8')).toBe(
    "\uFEFFZone,State,Last seen,Camera,Gateway,Key\r\nHALL-02,no camera,,,,'=HYPERLINK(1)\r\n",
  );
  await page.getByText(`Saved ${file.suggestedFilename()}: 1 zone.`).waitFor();
  await search.fill('nothing such');
  await page.getByText('No zone fits.').waitFor();
});
