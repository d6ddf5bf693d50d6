/** Passwords that nobody else knows, as people choose them: by a link, at the first sign-in; and codes on paper. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { App } from '../support/app.ts';
import { faults } from '../support/axe.ts';
import { closeTabs, launchBrowser, newTab, signedInTab } from '../support/browser.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { password, setUp, type Visitor } from '../support/visitor.ts';

let server: RunningServer;
let browser: Browser;
let administrator: Visitor;
const known = 'nine loud magpies argue';

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

async function choose(page: Page, label: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).fill(password);
  await page.getByLabel(`${label} again`, { exact: true }).fill(password);
  await page.keyboard.press('Enter');
}
async function signIn(page: Page, name: string, secret: string): Promise<void> {
  await page.goto(`${server.url}/sign-in`);
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(secret);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test('an administrator hands over a link, and the invited person chooses the password', async () => {
  const page = await signedInTab(browser, server.url, { name: 'ada', password });
  await page.goto(`${server.url}/admin#people`);
  await page.getByRole('button', { name: 'Add a person' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('grace');
  await page.getByRole('textbox', { name: 'Zones' }).fill('CBD-*');
  await page.getByRole('button', { name: 'Add the person' }).click();
  await page.getByRole('heading', { name: 'Hand over the link for grace' }).waitFor();
  await page.getByText('This address opens at this machine alone').waitFor();
  await page.getByRole('row', { name: /grace operator CBD-\* off never invited until/ }).waitFor();
  expect(await faults(page)).toEqual([]);
  const link = await page.getByLabel('Invitation link', { exact: true }).inputValue();
  await page.getByRole('button', { name: 'Done' }).click();

  const guest = await newTab(browser);
  await guest.goto(link);
  await guest.getByRole('heading', { name: 'Welcome, grace' }).waitFor();
  expect(guest.url()).toBe(`${server.url}/invitation`); // without the token
  expect(await faults(guest)).toEqual([]);
  await choose(guest, 'Password');
  await guest.getByRole('link', { name: 'Account of grace' }).waitFor();
  const late = await newTab(browser);
  await late.goto(link);
  await late.getByText('This link is not good any more').waitFor();
});

test('whoever comes with an administrator’s password chooses another one before anything else', async () => {
  await administrator.request('POST', '/api/people', {
    ...{ name: 'lou', password: known, grants: [{ role: 'operator', zones: '*' }] },
  });
  const page = await newTab(browser);
  await signIn(page, 'lou', known);
  await page.getByRole('heading', { name: 'Choose your password' }).waitFor();
  expect(await faults(page)).toEqual([]);
  await choose(page, 'New password');
  await page.getByRole('link', { name: 'Account of lou' }).waitFor();
});

test('recovery codes are shown once with the second factor, and one of them opens', async () => {
  await administrator.addPerson('mia', [{ role: 'operator', zones: '*' }]);
  const page = await signedInTab(browser, server.url, { name: 'mia', password });
  await page.goto(`${server.url}/account`);
  await page.getByRole('button', { name: 'Set up …' }).click();
  await page.getByRole('textbox', { name: 'Your password, to set it up' }).fill(password);
  await page.keyboard.press('Enter');
  const secret = await page.getByRole('textbox', { name: 'Secret to type' }).inputValue();
  await page.getByRole('textbox', { name: 'Code of the app' }).fill(new App(secret).code());
  await page.keyboard.press('Enter');
  await page.getByText('Shown only now').waitFor();
  const codes = await page
    .getByRole('listitem')
    .filter({ hasText: /^\w{4}-/ })
    .allTextContents();
  expect(codes).toHaveLength(10);
  expect(await faults(page)).toEqual([]);
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await page.getByText('10 left').waitFor();

  const other = await newTab(browser);
  await signIn(other, 'mia', password);
  await other.getByRole('button', { name: 'Use a recovery code' }).click();
  await other.getByRole('textbox', { name: 'Recovery code' }).fill(codes[0] ?? '');
  await other.keyboard.press('Enter');
  await other.getByRole('link', { name: 'Account of mia' }).waitFor();
  await page.reload();
  await page.getByText('9 left').waitFor();
});
