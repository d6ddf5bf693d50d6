/** Faults that operators had to live with, and that other tests do not meet on their way; and what must stay as it is. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { closeTabs, pill, signedInTab } from '../support/browser.ts';
import { filmedSite, type FilmedSite } from '../support/filmed-site.ts';
import { password } from '../support/visitor.ts';

const zones = Array.from({ length: 16 }, (_, at) => `ROW-CAM-${`${at + 1}`.padStart(2, '0')}`);
let site: FilmedSite;

beforeAll(async () => {
  site = await filmedSite(zones, { name: 'Oscar', roles: [{ role: 'operator', zones: '*' }] });
}, 120_000);
afterEach(() => closeTabs(site.browser));
afterAll(() => site?.close());

async function open(name: string, path: string): Promise<Page> {
  const page = await signedInTab(site.browser, site.server.url, { name, password });
  await page.goto(`${site.server.url}${path}`);
  return page;
}

test('ArrowDown keeps the zone that it comes to in sight', async () => {
  const page = await open('ada', `/?zone=${zones[0]}&role=operator&start=1`);
  await pill(page, 'STREAMING');
  const current = page.getByRole('listitem').locator('[aria-current="true"]');
  const list = page.getByRole('list').filter({ has: current });
  for (const zone of zones.slice(1)) {
    await page.keyboard.press('ArrowDown');
    await current.getByText(zone, { exact: true }).waitFor();
  }
  const [row, box] = [await current.boundingBox(), await list.boundingBox()];
  if (!row || !box) throw new Error('the list is not on the page');
  expect(await list.evaluate((it) => it.scrollTop)).toBeGreaterThan(0);
  expect(row.y).toBeGreaterThanOrEqual(box.y);
  expect(row.y + row.height).toBeLessThanOrEqual(box.y + box.height);
  expect(box.y + box.height).toBeLessThanOrEqual(900);
});

test('keys reach each of sixteen tiles, and a camera that is silent already is stalled', async () => {
  const [silent = ''] = zones.slice(-1);
  site.cameras.at(-1)?.pause();
  // Sixteen pictures at once are more than a small machine decodes beside other tests.
  for (const camera of site.cameras.slice(1, 13)) camera.close();
  const wall = await open('Oscar', `/wall?zones=${zones.join(',')}&layout=16`);
  await wall.getByRole('button', { name: `${zones[13]}, STREAMING` }).waitFor({ timeout: 20_000 });
  await wall.keyboard.press('1');
  await wall.keyboard.press('4');
  const inFocus = (): Promise<string | null | undefined> =>
    wall.evaluate(() => document.activeElement?.getAttribute('aria-label'));
  await expect.poll(inFocus).toBe(`${zones[13]}, STREAMING`);
  await wall.getByRole('button', { name: `${silent}, STALLED` }).waitFor({ timeout: 15_000 });
});

test('what cannot be undone asks once, with the focus on Keep', async () => {
  const page = await open('ada', '/admin#keys');
  const key = page.getByRole('row', { name: /camera of \*/ });
  await key.getByRole('button', { name: 'Revoke: camera of *' }).press('Enter');
  const keep = key.getByRole('button', { name: 'Keep' });
  await expect.poll(() => keep.evaluate((it) => it === document.activeElement)).toBe(true);
  await page.keyboard.press('Enter');
  await keep.waitFor({ state: 'detached' });
  await key.getByRole('button', { name: 'Revoke: camera of *' }).waitFor();
});
