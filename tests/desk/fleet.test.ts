/** The inventory as an administrator reads it: by search, and as a file for a spreadsheet. */
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { faults } from '../support/axe.ts';
import { launchBrowser, newTab, signedInTab } from '../support/browser.ts';
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

test('a file adds zones and makes their keys, which leave as a file once; what is chosen is done to many', async () => {
  const page = await signedInTab(browser, server.url, { name: 'ada', password });
  await page.goto(`${server.url}/admin#fleet`);
  await page.getByRole('button', { name: 'Read a CSV file' }).click();
  await page.getByLabel('CSV file', { exact: true }).setInputFiles({
    ...{ name: 'zones.csv', mimeType: 'text/csv' },
    buffer: Buffer.from('\uFEFFZone;New key\r\ndock-01;Dock, left\r\nDOCK 02;\r\nDOCK-03;\r\n'),
  });
  await page.getByText('Line 3: A zone is 1–64 letters').waitFor();
  expect(await faults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Add 2 zones and make 1 key' }).click();
  await page.getByText('2 done.').waitFor();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await page.getByRole('row', { name: /^DOCK-01 no camera never — — Dock, left/ }).waitFor();
  await page.getByRole('row', { name: /^DOCK-03 no camera never — — —/ }).waitFor();

  await page.getByLabel('Find in the fleet').fill('dock');
  await page.getByLabel('Choose all that are shown').check();
  await page.getByRole('button', { name: 'Make a camera’s key for each' }).click();
  const [had, got] = ['DOCK-01', 'DOCK-03'].map((zone) =>
    page.getByRole('row', { name: new RegExp(`^${zone}`) }),
  );
  await had?.getByText('There is the key Dock, left already.').waitFor();
  await got?.getByText('The key Camera of DOCK-03 is made.').waitFor();
  await page.getByText('1 done. 1 not').waitFor();

  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save the keys as CSV' }).click();
  const saved = await readFile(await (await saving).path(), 'utf8');
  expect(saved).toMatch(
    /^DOCK-01,"Dock, left",http\S+\/enrol#[\w-]+,[\d-]+T\S+Z,Bearer [\w-]+\r$/m,
  );
  expect(saved).toMatch(/^DOCK-03,Camera of DOCK-03,/m);
  const link = /DOCK-03,Camera of DOCK-03,(\S+?),/.exec(saved)?.[1] ?? '';
  const device = await newTab(browser);
  await device.goto(link);
  await device.getByRole('button', { name: 'Enrol this device' }).click();
  await expect.poll(() => device.getByLabel('Zone Identifier').inputValue()).toBe('DOCK-03');

  await page.getByRole('button', { name: 'Revoke their keys' }).click();
  await page.getByRole('button', { name: 'Revoke', exact: true }).click();
  await got?.getByText('Camera of DOCK-03: revoked.').waitFor();
  await page.getByRole('button', { name: 'Forget them' }).click();
  await page.getByRole('button', { name: 'Forget', exact: true }).click();
  await page.getByText('No zone fits.').waitFor();
});

test('what is done to a row is told at that row, and above all once the row has gone', async () => {
  const page = await signedInTab(browser, server.url, { name: 'ada', password });
  await page.goto(`${server.url}/admin#keys`);
  const row = page.getByRole('row', { name: /^lobby/ });
  await row.getByRole('button', { name: /^New link/ }).click();
  await row.getByText('A new enrolment link for lobby is made.').waitFor();
  await row.getByRole('button', { name: 'Revoke: lobby' }).click();
  await row.getByRole('button', { name: 'Revoke', exact: true }).click();
  await page.getByText('lobby is revoked; its devices are cut off.').waitFor();
  expect(await row.count()).toBe(0);
  // The pattern says while it is typed how many zones it stands for.
  await page.getByRole('button', { name: 'Add a key' }).click();
  const zones = page.getByRole('textbox', { name: 'Zones' });
  await zones.fill('hall-*');
  await page.getByText('Matches 2 of 3 known zones: HALL-01, HALL-02').waitFor();
  await zones.fill('hal');
  await page.getByText('Matches no zone that is known yet.').waitFor();
});
