/** A moment that an operator marks, as others see it. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pill, signedInTab } from '../support/browser.ts';
import { filmedSite, type FilmedSite } from '../support/filmed-site.ts';
import { password } from '../support/visitor.ts';

const zones = ['CBD-GATE-02', 'CBD-GATE-03'];
let site: FilmedSite;

beforeAll(async () => {
  site = await filmedSite(zones, { name: 'Vera', roles: [{ role: 'viewer', zones: 'CBD-*' }] });
}, 120_000);
afterAll(() => site?.close());

const happened = (where: Page) => where.getByRole('region', { name: 'What happened' });

test('a bookmark of the console is seen by whoever may watch the zone, and made by none who may only watch', async () => {
  const tab = (name: string): Promise<Page> =>
    signedInTab(site.browser, site.server.url, { name, password });
  const [ada, vera] = [await tab('ada'), await tab('Vera')];
  await ada.goto(`${site.server.url}/?zone=CBD-GATE-02&role=operator&start=1`);
  await pill(ada, 'STREAMING');
  await ada.keyboard.press('b');
  await ada.getByText(/^Bookmarked \d\d:\d\d:\d\d, in What happened$/).waitFor();
  await ada.keyboard.press('Escape');
  const button = (page: Page) => page.getByRole('button', { name: 'Bookmark', exact: true });
  await expect.poll(() => button(ada).evaluate((it) => it.matches(':focus'))).toBe(true);

  await vera.goto(`${site.server.url}/desk`);
  await vera.getByRole('button', { name: /^What happened/ }).click();
  await happened(vera).getByRole('button', { name: 'Bookmarks' }).click();
  await happened(vera)
    .getByText(/^Bookmark by ada at \d\d:\d\d:\d\d$/)
    .waitFor();
  await vera.goto(`${site.server.url}/?zone=CBD-GATE-02&role=operator&start=1`);
  await pill(vera, 'STREAMING');
  expect(await button(vera).count()).toBe(0);
});

test('a tour of a wall waits while a note is written, and goes on', async () => {
  const ada = await signedInTab(site.browser, site.server.url, { name: 'ada', password });
  const stops = zones.join(',');
  await ada.goto(`${site.server.url}/wall?zones=${stops}&tour=${stops}&dwell=1`);
  const turns = async (): Promise<void> => {
    for (const zone of zones)
      await ada.locator(`.enlarged [data-zone=${zone}]`).waitFor({ timeout: 10_000 });
  };
  const live = ada.locator('.enlarged').getByRole('button', { name: /, STREAMING$/ });
  await live.waitFor();
  await turns();
  await live.waitFor();
  await ada.keyboard.press('b');
  const note = ada.getByRole('textbox', { name: 'Note to the bookmark, if any' });
  await note.pressSequentially('Red van, two people', { delay: 150 }); // As long as several stops.
  await ada.keyboard.press('Enter');
  await ada.getByText(/^The note is with the bookmark of /).waitFor();
  await turns();
});
