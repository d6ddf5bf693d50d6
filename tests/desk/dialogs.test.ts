/** What is opened on pages, in the language of no country: dialogs, forms and questions. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { closeTabs, signIn } from '../support/browser.ts';
import { filmedSite, type FilmedSite } from '../support/filmed-site.ts';
import { lookAtSizes, settled } from '../support/pseudo/look-at-sizes.ts';
import type { Findings } from '../support/pseudo/look-through.ts';
import { ofNoLanguage } from '../support/pseudo/of-no-language.ts';
import { addPersonAndKey, openAtDesk, openAtWall, openInTab } from '../support/pseudo/opened.ts';
import { pseudoBrowser, pseudoModule } from '../support/pseudo/pseudo-language.ts';
import { password } from '../support/visitor.ts';

const zones = ['CBD-TRAFFIC-01', 'CBD-GATE-01', 'CBD-GATE-04'];
let site: FilmedSite;
let pseudo: string;
let found: Record<string, Findings>;

beforeAll(async () => {
  const environment = { ZONES_CONFIGURED: 'CBD-LOBBY-01', AUDIT_TIME_ZONE: 'UTC' };
  [site, pseudo] = await Promise.all([filmedSite(zones, undefined, environment), pseudoModule()]);
  // So that something has happened.
  site.cameras.at(-1)?.close();
}, 120_000);
beforeEach(() => (found = {}));
afterEach(() => closeTabs(site.browser));
afterAll(() => site?.close());

async function open(path: string): Promise<Page> {
  const page = await (await pseudoBrowser(site.browser, pseudo, 'ltr')).newPage();
  await signIn(page, site.server.url, { name: 'ada', password });
  await page.goto(site.server.url + path);
  return page;
}
async function look(page: Page, what: string): Promise<void> {
  await settled(page);
  await lookAtSizes(page, ofNoLanguage, found, [what]);
}

test('at the desk', async () => {
  const page = await open(`/desk?zones=${zones.slice(0, 2).join()}`);
  await page.locator('video').nth(1).waitFor();
  await page.locator('.fresh').waitFor({ timeout: 15_000 });
  await openAtDesk(page, look);
  expect(found).toEqual({});
});

test('at a wall', async () => {
  const page = await open('/wall?zones=CBD-*');
  await page.locator('video').nth(1).waitFor();
  await openAtWall(page, look);
  expect(found).toEqual({});
});

test('at the console, for a camera and for an operator', async () => {
  const page = await open('/?role=camera');
  await page.getByRole('main').waitFor();
  await look(page, 'camera');
  await page.goto(`${site.server.url}/?zone=${zones[0]}&role=operator&start=1`);
  await page.locator('video').waitFor();
  for (const part of await page.locator('summary').all()) await part.click();
  await look(page, 'parts');
  expect(found).toEqual({});
});

test('in each tab of the administration, and what is shown only once', async () => {
  const page = await open('/admin');
  await page.getByRole('tab').first().waitFor();
  for (const tab of await page.getByRole('tab').all()) {
    await tab.click();
    await page.getByRole('tabpanel').waitFor();
    await settled(page);
    await openInTab(page, look);
  }
  await addPersonAndKey(page, look);
  expect(found).toEqual({});
});
