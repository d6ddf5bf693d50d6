/** Other languages than English: German as a person reads it, and one of no country that shows what was forgotten. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { faults } from '../support/axe.ts';
import { closeTabs, launchBrowser, newTab, signIn } from '../support/browser.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { recordedClip } from '../support/peers/recorder.ts';
import { lookAtSizes, settled } from '../support/pseudo/look-at-sizes.ts';
import { ofNoLanguage } from '../support/pseudo/of-no-language.ts';
import { lookThrough, type Findings } from '../support/pseudo/look-through.ts';
import { germanBrowser, pseudoBrowser, pseudoModule } from '../support/pseudo/pseudo-language.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { enrol, password, setUp } from '../support/visitor.ts';

const zones = ['CBD-TRAFFIC-01', 'CBD-GATE-01'];
let server: RunningServer;
let browser: Browser;
let cameras: LightPublisher[] = [];
let pseudo: string;

beforeAll(async () => {
  const clip = await recordedClip();
  [server, browser, pseudo] = await Promise.all([
    startServer({
      ...{ ACCESS_MODE: 'accounts', TLS_ENABLED: 'false' },
      ...{ ZONES_CONFIGURED: 'CBD-LOBBY-01', AUDIT_TIME_ZONE: 'UTC' },
    }),
    launchBrowser(),
    pseudoModule(),
  ]);
  const ada = await setUp(server, 'ada');
  const { headers } = await enrol(server, await ada.addKey('camera', 'CBD-*'));
  cameras = await Promise.all(
    zones.map((zone) => LightPublisher.start(server.url, zone, clip, headers)),
  );
}, 120_000);
afterEach(() => closeTabs(browser));
afterAll(async () => {
  for (const camera of cameras) camera.close();
  await Promise.all([browser?.close(), server?.stop()]);
});

/** A tab of a browser at which Ada is signed in. */
async function signedIn(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await signIn(page, server.url, { name: 'ada', password });
  return page;
}

/** Each page as it is when it has all that it waits for, and each tab of the administration. */
async function visitAll(context: BrowserContext, look: (page: Page) => Promise<void>) {
  const page = await context.newPage();
  await page.goto(`${server.url}/sign-in`);
  await page.locator('form').waitFor();
  await look(page);
  await page.close();
  const desk = await signedIn(context);
  await desk.goto(`${server.url}/desk?zones=${zones.join(',')}`);
  await desk.locator('video').nth(1).waitFor();
  await desk.locator('[role=treeitem]').nth(3).waitFor();
  await look(desk);
  await desk.goto(`${server.url}/wall?zones=CBD-*`);
  await desk.locator('video').nth(1).waitFor();
  await look(desk);
  await desk.goto(`${server.url}/?zone=${zones[0]}&role=operator&start=1`);
  await desk.locator('video').waitFor();
  await look(desk);
  await desk.goto(`${server.url}/admin`);
  await desk.getByRole('tab').first().waitFor();
  for (const tab of await desk.getByRole('tab').all()) {
    await tab.click();
    await desk.getByRole('tabpanel').waitFor();
    await settled(desk);
    await look(desk);
  }
  for (const path of ['/map', '/account', '/notice']) {
    await desk.goto(server.url + path);
    await desk.getByRole('main').waitFor();
    await settled(desk);
    await look(desk);
  }
}

test('all words are of the catalogue, a language 40 % longer fits, and one from right to left, too', async () => {
  const found: Record<string, Findings> = {};
  await visitAll(await pseudoBrowser(browser, pseudo, 'ltr'), async (page) => {
    const tab = await page.locator('[role=tab][aria-selected=true]').allTextContents();
    await lookAtSizes(page, ofNoLanguage, found, tab);
  });
  expect(found).toEqual({});
}, 60_000);

test('the language says in which direction the page is written', async () => {
  const page = await (await pseudoBrowser(browser, pseudo, 'rtl')).newPage();
  await page.goto(`${server.url}/sign-in`);
  await page.locator('form').waitFor();
  expect(await page.locator('html').getAttribute('dir')).toBe('rtl');
});

test('words of no catalogue, cut ones and those beside the page are found', async () => {
  const page = await newTab(browser);
  await page.setContent(`<title>[x]</title><p>[ŵöŕđ] · CBD-GATE-01</p><p>Live zones</p>
    <button style="width: 4em; overflow: hidden; white-space: nowrap">[ļöñĝéŕ ţĥåñ ţĥé ƀûţţöñ]</button>
    <p style="position: fixed; right: -4em">[ƀéšĩđé ĩţ]</p>`);
  const { unknown, cut } = await lookThrough(page, ofNoLanguage);
  expect(unknown).toEqual([expect.stringContaining('Live zones')]);
  expect(cut).toEqual([
    expect.stringContaining('ļöñĝéŕ'),
    expect.stringMatching(/^beside the page: .*ƀéšĩđé/),
  ]);
});

test('whose browser asks for German gets it, from the sign-in to desk and wall', async () => {
  const context = await germanBrowser(browser);
  const page = await context.newPage();
  await page.goto(`${server.url}/sign-in?next=/desk`);
  await page.getByRole('heading', { name: 'Anmelden' }).waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('de');
  await page.getByLabel('Name').fill('ada');
  const field = page.getByLabel('Passwort', { exact: true });
  await field.fill('falsches Passwort hier');
  await page.getByRole('button', { name: 'Anmelden' }).click();
  await page.getByText('Name, Passwort oder Code stimmen nicht.').waitFor();
  await field.fill(password);
  await page.getByRole('button', { name: 'Anmelden' }).click();

  await page.getByRole('treeitem', { name: /^CBD-TRAFFIC-01,/ }).click();
  const face = { name: /^CBD-TRAFFIC-01, ÜBERTRÄGT/ };
  await page.getByRole('main').getByRole('button', face).waitFor({ timeout: 30_000 });
  await page.getByText(/^\d\/\d live$/).waitFor();
  await page.getByRole('button', { name: 'Ereignisse', exact: true }).waitFor();
  expect(await page.locator('html').getAttribute('dir')).toBe('ltr');
  expect(await faults(page)).toEqual([]);

  await page.getByRole('link', { name: 'Videowand', exact: true }).click();
  await page.getByRole('button', face).waitFor({ timeout: 30_000 });
  // How old the picture is, written as German writes it.
  await page
    .getByText(/^\d+,\d s$/)
    .first()
    .waitFor();
});

test('who chooses a language has it in this browser from then on', async () => {
  const page = await newTab(browser);
  await page.goto(`${server.url}/sign-in`);
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
  await page
    .getByRole('group', { name: 'Language' })
    .getByRole('button', { name: 'Deutsch' })
    .click();
  await page.getByRole('heading', { name: 'Anmelden' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Anmelden' }).waitFor();
  await page
    .getByRole('group', { name: 'Sprache' })
    .getByRole('button', { name: 'English' })
    .click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(await faults(page)).toEqual([]);
});

test('a catalogue that does not come leaves the console in English', async () => {
  const context = await germanBrowser(browser);
  await context.route(/\/assets\/de-/, (route) => route.abort());
  const page = await context.newPage();
  await page.goto(`${server.url}/sign-in`);
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
});

test('what is said before the program has come, or in its place, is German too', async () => {
  const page = await (await germanBrowser(browser)).newPage();
  // The program does not come.
  await page.route(/\/assets\/(words|console)-/, (route) => route.abort());
  await page.goto(`${server.url}/sign-in`);
  await page.getByText('Die Dateien der Konsole sind nicht gekommen.').waitFor();
  expect(await page.getByText('files have not come').isVisible()).toBe(false);
  expect(await page.title()).toBe('Leitstand Videoüberwachung');
  expect(await page.locator('html').getAttribute('lang')).toBe('de');
  // The page in place of a server that is away: it asks for that, and gets no answer.
  await page.route(/offline\.html$/, (route) =>
    route.request().method() === 'HEAD' ? route.abort() : route.continue(),
  );
  await page.goto(`${server.url}/offline.html`);
  await page.getByRole('heading', { name: 'Der Server ist nicht erreichbar' }).waitFor();
  await page.getByRole('button', { name: 'Jetzt versuchen' }).waitFor();
  expect(await page.title()).toBe('Der Server ist nicht erreichbar');
  expect(await faults(page)).toEqual([]);
});
