/** A whole shift by the keyboard alone, from the sign-in to the end. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { faults } from '../support/axe.ts';
import { newTab } from '../support/browser.ts';
import { filmedSite, type FilmedSite } from '../support/filmed-site.ts';
import { password } from '../support/visitor.ts';

const zones = ['CBD-GATE-01', 'CBD-GATE-02', 'PARK-WEST-01'];
let site: FilmedSite;
let page: Page;

beforeAll(async () => {
  site = await filmedSite(zones, { name: 'Oscar', roles: [{ role: 'operator', zones: '*' }] });
  page = await newTab(site.browser);
}, 120_000);
afterAll(() => site?.close());

/** What has the keyboard's focus, by its name. */
const focused = (): Promise<string> =>
  page.evaluate(() => {
    const { activeElement: element } = document;
    const isField = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
    const field = isField ? element.labels?.[0]?.textContent : '';
    const name = element?.getAttribute('aria-label') ?? (field || element?.textContent);
    return element === document.body ? 'nothing' : (name ?? '').trim();
  });
/** Presses keys one after the other; after each of them something has the focus. */
async function press(...keys: string[]): Promise<void> {
  for (const key of keys) {
    await page.keyboard.press(key);
    await expect.poll(focused, { message: `after ${key}` }).not.toBe('nothing');
  }
}
/** Goes there as a person does who sees nothing but the focus. */
async function tabTo(name: RegExp, key = 'Tab'): Promise<void> {
  for (let steps = 0; steps < 40; steps += 1) {
    if (name.test(await focused())) return;
    await press(key);
  }
  throw new Error(`Tab does not come to ${name}`);
}
const happened = (where: Page) => where.getByRole('region', { name: 'What happened' });
const panes = (): Promise<string[]> =>
  page
    .getByRole('main')
    .getByRole('button', { name: /^[A-Z0-9-]+, / })
    .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')?.split(',')[0] ?? ''));

test('a shift by the keyboard alone: in, find, open, move, enlarge, snapshot, bookmark, answer, hand over, out', async () => {
  await page.goto(`${site.server.url}/sign-in`);
  await expect.poll(focused).toMatch(/^Name/);
  await page.keyboard.type('Oscar');
  await tabTo(/^Password/);
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await page.getByText('3 zones').waitFor();

  for (const zone of zones.slice(0, 2)) {
    await press('/');
    await page.keyboard.type(zone.toLowerCase());
    await press('Enter');
    await page.getByRole('button', { name: `${zone}, STREAMING` }).waitFor({ timeout: 20_000 });
  }
  await press('Escape');
  // The one that was opened last.
  await expect.poll(focused).toBe('CBD-GATE-02, STREAMING');
  await press('Shift+ArrowLeft');
  await expect.poll(panes).toEqual(['CBD-GATE-02', 'CBD-GATE-01']);
  await press('Enter');
  await page.locator('.enlarged').waitFor();
  await press('Escape');
  await page.locator('.enlarged').waitFor({ state: 'detached' });
  const saved = page.waitForEvent('download');
  await press('s');
  expect((await saved).suggestedFilename()).toMatch(/^CBD-GATE-02_/);

  await press('b');
  await page.getByText(/^Bookmarked \d\d:\d\d:\d\d, in What happened$/).waitFor();
  await expect.poll(focused).toBe('Note to the bookmark, if any');
  expect(await faults(page)).toEqual([]);
  await page.keyboard.type('Red van, third time');
  await press('Enter');
  await page.getByText(/^The note is with the bookmark of/).waitFor();
  await expect.poll(focused).toBe('CBD-GATE-02, STREAMING');

  site.cameras[2]?.close();
  await tabTo(/^What happened/);
  await press('Enter');
  const notice = happened(page)
    .getByRole('strong')
    .getByText(/^1 camera lost at/);
  await notice.waitFor({ timeout: 15_000 });
  await tabTo(/^Add a note/);
  await press('Enter');
  await page.keyboard.type('Power is off');
  await press('Tab', 'Enter');
  await happened(page).getByRole('blockquote').getByText('Power is off').waitFor();
  await press('a');
  await happened(page)
    .getByText(/^Acknowledged by Oscar at/)
    .waitFor();

  await tabTo(/^Handover/, 'Shift+Tab');
  await press('Enter');
  const sheet = page.getByRole('dialog', { name: 'Handover' });
  await sheet.getByText('Bookmarks of the shift: 1').waitFor();
  await tabTo(/^What the next shift/);
  await page.keyboard.type('All quiet.');
  await tabTo(/^Hand over$/);
  await press('Enter');
  await sheet.getByText(/^Oscar hands over/).waitFor();
  await sheet.getByText('Red van, third time').waitFor();
  await press('Escape', 'Escape');
  await happened(page).waitFor({ state: 'detached' });
  await expect.poll(focused).toMatch(/^What happened/);

  await tabTo(/^CBD-GATE-0\d, STREAMING/, 'Shift+Tab');
  // With the last pane its keys go to where the next one is found.
  await press('Delete', 'Delete');
  await expect.poll(panes).toEqual([]);
  await expect.poll(focused).toMatch(/Find a zone/);
  await tabTo(/^Sign out/, 'Shift+Tab');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${site.server.url}/sign-in`);
});
