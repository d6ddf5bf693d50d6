/** Coming in: the first start, signing in with and without a second factor, and what one may then see. */
import { TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { faults } from '../support/axe.ts';
import {
  closeTabs,
  launchBrowser,
  newTab,
  openConsole,
  pill,
  signedInTab,
} from '../support/browser.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { password, setUp, type Visitor } from '../support/visitor.ts';

let server: RunningServer;
let browser: Browser;
let administrator: Visitor;

beforeAll(async () => {
  [server, browser] = await Promise.all([
    startServer({ ACCESS_MODE: 'accounts', TLS_ENABLED: 'false' }),
    launchBrowser(),
  ]);
  administrator = await setUp(server, 'ada');
});
afterEach(() => closeTabs(browser));
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
});

async function signIn(page: Page, name: string, secret = password): Promise<void> {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(secret);
  await page.getByRole('button', { name: 'Sign in' }).click();
}
const path = (page: Page): string => new URL(page.url()).pathname;

test('on the first start the printed link, and nothing else, leads to the first account', async () => {
  const fresh = await startServer({ ACCESS_MODE: 'accounts', TLS_ENABLED: 'false' });
  try {
    const page = await newTab(browser);
    await page.goto(fresh.url);
    await page.getByText('not set up yet').waitFor();
    await page.goto(fresh.setUpLink ?? '');
    await page.getByRole('heading', { name: 'Set up' }).waitFor();
    expect(page.url()).toMatch(/\/setup$/); // without the token
    expect(await faults(page)).toEqual([]);
    await page.getByLabel('Name').fill('grace');
    const fields = [
      page.getByLabel('Password', { exact: true }),
      page.getByLabel('Password again', { exact: true }),
    ];
    for (const field of fields) await field.fill('password1234');
    await page.keyboard.press('Enter');
    await page.getByText('among the first that are guessed').waitFor();
    for (const field of fields) await field.fill(password);
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'First steps' }).waitFor();
    await page.getByRole('link', { name: 'Account of grace' }).waitFor();
    // The link is spent: it leads to the sign-in like any other page.
    const other = await newTab(browser);
    await other.goto(fresh.setUpLink ?? '');
    await other.getByRole('heading', { name: 'Sign in' }).waitFor();
  } finally {
    await fresh.stop();
  }
});

test('whoever is not signed in comes to the sign-in page, and from there to where they wanted', async () => {
  const page = await newTab(browser);
  await page.goto(`${server.url}/wall?match=CBD-*`);
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(await faults(page)).toEqual([]);
  await signIn(page, 'ada', 'not this one at all');
  await page
    .getByRole('status')
    .filter({ hasText: /password/i })
    .waitFor();
  expect(path(page)).toBe('/sign-in');
  // The password is selected, so one types over it.
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await page.waitForURL(`${server.url}/wall?match=CBD-*`);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.goto(`${server.url}/`);
  expect(path(page)).toBe('/sign-in');
});

test('the way back after the sign-in never leads to another site', async () => {
  for (const next of ['https://elsewhere.example/', '//elsewhere.example/wall', '/sign-in']) {
    const page = await newTab(browser);
    await page.goto(`${server.url}/sign-in?next=${encodeURIComponent(next)}`);
    await signIn(page, 'ada');
    await page.waitForURL(`${server.url}/desk`);
    await page.getByRole('searchbox', { name: 'Find a zone' }).waitFor();
  }
});

test('a person switches a second factor on, is asked for its code, and removes it', async () => {
  await administrator.addPerson('two-step', [{ role: 'operator', zones: '*' }]);
  const page = await signedInTab(browser, server.url, { name: 'two-step', password });
  await page.goto(`${server.url}/account`);
  await page.getByRole('button', { name: 'Set up …' }).click();
  await page.getByLabel('Your password, to set it up', { exact: true }).fill(password);
  await page.keyboard.press('Enter');
  await page.getByRole('img', { name: /QR code/ }).waitFor();
  expect(await faults(page)).toEqual([]);
  const app = new TOTP({
    secret: await page.getByRole('textbox', { name: 'Secret to type' }).inputValue(),
  });
  await page.getByLabel('Code of the app').fill(app.generate());
  await page.getByRole('button', { name: 'Switch on' }).click();
  await page.getByText('a code is asked for').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();

  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await signIn(page, 'two-step');
  const code = page.getByLabel('Code of your authenticator app');
  await code.waitFor();
  expect(await faults(page)).toEqual([]);
  await code.fill('000000');
  await page.keyboard.press('Enter');
  await page.getByRole('status').filter({ hasText: /\w/ }).waitFor();
  // A code is good once, so this is the next one, which a phone whose clock is ahead would show.
  await code.fill(app.generate({ timestamp: Date.now() + 30_000 }));
  await page.keyboard.press('Enter');
  await page.waitForURL(`${server.url}/desk`);

  await page.goto(`${server.url}/account`);
  await page.getByRole('button', { name: 'Remove …' }).click();
  await page.getByLabel('Your password, to remove it', { exact: true }).fill(password);
  await page.keyboard.press('Enter');
  await page.getByText('name and password are enough again').waitFor();
});

test('a person changes the password, and ends the sign-in of a lost device', async () => {
  await administrator.addPerson('careful', [{ role: 'operator', zones: '*' }]);
  const page = await signedInTab(browser, server.url, { name: 'careful', password });
  const lost = await signedInTab(browser, server.url, { name: 'careful', password });
  await page.goto(`${server.url}/account`);
  await page.getByRole('button', { name: 'End' }).click();
  await page.getByRole('button', { name: 'End it' }).click();
  await page.getByText('That sign-in is ended.').waitFor();
  await lost.goto(server.url);
  expect(path(lost)).toBe('/sign-in');
  const next = 'a lamp beside nine rivers';
  await page.getByLabel('Present password', { exact: true }).fill(password);
  await page.getByLabel('New password', { exact: true }).fill(next);
  await page.getByLabel('New password again', { exact: true }).fill(next);
  await page.keyboard.press('Enter');
  await page.getByText('The password is changed.').waitFor();
  await signIn(lost, 'careful', next);
  await lost.waitForURL(`${server.url}/desk`);
});

test('an operator of CBD-* sees those zones, is told of the limit, and meets no administration', async () => {
  await administrator.addPerson('grace', [{ role: 'operator', zones: 'CBD-*' }]);
  const admin = await signedInTab(browser, server.url, { name: 'ada', password });
  const filming = async (zone: string): Promise<void> => {
    const camera = await admin.context().newPage();
    await camera.goto(`${server.url}/?zone=${zone}&role=camera&start=1`);
    await pill(camera, 'STREAMING');
  };
  await filming('CBD-TRAFFIC-01');
  await filming('PARK-WEST-02');
  const page = await signedInTab(browser, server.url, { name: 'grace', password });
  await page.goto(`${server.url}/?zone=CBD-TRAFFIC-01&role=operator&start=1`);
  await pill(page, 'STREAMING');
  const live = page.getByRole('region', { name: 'Live zones' });
  await live.getByRole('button', { name: /CBD-TRAFFIC-01/ }).waitFor();
  expect(await live.getByRole('button').count()).toBe(1);
  expect(await page.getByLabel('System Role').locator('option').allTextContents()).toEqual([
    'Control Centre – Operator',
  ]);
  expect(await page.getByRole('link', { name: 'Administration' }).count()).toBe(0);

  await page.getByRole('button', { name: 'End Session' }).click();
  await page.getByLabel('Zone Identifier').fill('park-west-02');
  await page.getByText('Not one of your zones, which are CBD-*').waitFor();
  await page.getByRole('button', { name: 'Initialise Secure Session' }).click();
  await pill(page, 'FAILED');
  await page.getByText('Not allowed in this zone').waitFor();

  await page.goto(`${server.url}/admin`);
  await page.getByText('Your role allows no administration').waitFor();
});

test('without accounts every page says so', async () => {
  const open = await startServer();
  try {
    const console = await openConsole(browser, open.url, { zone: 'OPEN-01', role: 'operator' });
    const badge = 'OPEN ACCESS – no accounts';
    await console.getByText(badge).waitFor();
    for (const page of ['/wall', '/wall?kiosk=1', '/admin']) {
      await console.goto(`${open.url}${page}`);
      await console.getByText(badge).waitFor();
    }
    expect(await console.getByRole('tab').allTextContents()).toEqual(['Zones', 'Fleet', 'Audit']);
  } finally {
    await open.stop();
  }
});
