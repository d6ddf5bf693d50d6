/** Opens what pages show only when it is asked for: dialogs, forms, questions. Told by the words of the pseudo-locale. */
import type { Locator, Page } from 'playwright-core';
import { de as words } from './catalogue.ts';

/** Looks at what is open. @param what names it, where something is found */
export type Look = (page: Page, what: string) => Promise<void>;

/** Whatever is named anew here has a name that is no word of a language. */
const names = { view: 'CBD-GATE-02', device: 'CBD-GATE-03', person: 'node', zones: 'CBD-*' };

const button = (page: Page | Locator, name: string): Locator =>
  page.getByRole('button', { name, exact: true }).first();

async function dialogOf(page: Page, opener: string, look: Look): Promise<void> {
  await button(page, opener).click();
  const dialog = page.locator('dialog[open]');
  await dialog.waitFor();
  await look(page, opener);
  await dialog.locator('button[type=button]').last().click();
  await dialog.waitFor({ state: 'hidden' });
}

async function keysOf(page: Page, look: Look): Promise<void> {
  await page.keyboard.press('?');
  await page.locator('dialog[open]').waitFor();
  await look(page, 'keys');
  await page.keyboard.press('Escape');
}

/** At the desk: with a pane, and something that has happened. */
export async function openAtDesk(page: Page, look: Look): Promise<void> {
  await keysOf(page, look);
  await dialogOf(page, words.wall.controls.save, look);
  await dialogOf(page, words.screens.send, look);
  const { bar, list, handover } = words.attention;
  await page.getByRole('button', { name: bar.open }).click();
  await button(page, list.writeNote).click();
  await look(page, 'happenings');
  await dialogOf(page, handover.open, look);
  await button(page, bar.close).click();
  await page.locator('[data-zone] > button').first().click();
  await page.keyboard.press('t');
  await look(page, 'tools of a pane');
  await page.keyboard.press('Escape');
  await page.keyboard.press('d');
  await button(page, words.privacy.zoneMasks.close).waitFor();
  await look(page, 'masks');
}

/** At a wall, with a view that is saved on the way. */
export async function openAtWall(page: Page, look: Look): Promise<void> {
  const { controls, saving } = words.wall;
  await keysOf(page, look);
  await button(page, controls.save).click();
  const dialog = page.locator('dialog[open]');
  await dialog.getByLabel(saving.name).fill(names.view);
  await look(page, controls.save);
  await dialog.locator('button[type=submit]').click();
  await button(page, words.views.rename).waitFor();
  await dialogOf(page, words.views.rename, look);
  await button(page, controls.forget).click();
  await look(page, controls.forget);
}

/** In a tab of the administration: its form, and each part of a row once. */
export async function openInTab(page: Page, look: Look): Promise<void> {
  const panel = page.getByRole('tabpanel');
  const { people, keys, zones } = words.administration;
  for (const opener of [people.add, keys.add, zones.list, words.fleetFile.open]) {
    if ((await button(panel, opener).count()) === 0) continue;
    await button(panel, opener).click();
    await look(page, opener);
    await page.keyboard.press('Escape');
    await button(panel, opener).waitFor();
  }
  const parts = panel.locator('button[aria-expanded=false]');
  for (const part of new Set(await parts.allInnerTexts())) {
    await parts.filter({ hasText: part }).first().click();
    await look(page, part);
    await panel.locator('button[aria-expanded=true]').first().click();
  }
}

/** Adds a person by link, and a device: what is shown only once. */
export async function addPersonAndKey(page: Page, look: Look): Promise<void> {
  const { tabs, people, keys, handover } = words.administration;
  const add = async (tab: string, opener: string, name: string): Promise<void> => {
    await page.getByRole('tab', { name: tab, exact: true }).click();
    await button(page, opener).click();
    for (const field of await page.locator('form input[type=text][required]').all()) {
      const isName = (await field.getAttribute('pattern')) === null;
      await field.fill(isName ? name : names.zones);
    }
    await page.locator('form button[type=submit].primary').click();
    await button(page, handover.done).waitFor();
    await look(page, `${opener}, done`);
    await button(page, handover.done).click();
  };
  await add(tabs.people, people.add, names.person);
  await add(tabs.keys, keys.add, names.device);
}
