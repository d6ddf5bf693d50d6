/** Single sign-on as a person meets it, with a real provider. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { faults } from '../support/axe.ts';
import { closeTabs, launchBrowser, newTab } from '../support/browser.ts';
import { signOnSettings, startProvider, type RunningProvider } from '../support/provider.ts';
import { freePort, startServer, type RunningServer } from '../support/server.ts';
import { setUp } from '../support/visitor.ts';

let provider: RunningProvider;
let server: RunningServer;
let browser: Browser;

beforeAll(async () => {
  const url = `http://localhost:${await freePort()}`;
  provider = await startProvider(url);
  const grants = [{ value: 'cctv-cbd', role: 'operator', zones: 'CBD-*' }];
  [server, browser] = await Promise.all([
    startServer(signOnSettings(provider, url, grants)),
    launchBrowser(),
  ]);
  await setUp(server);
});
afterEach(() => closeTabs(browser));
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
  await provider?.stop();
});

async function signInThere(path: string): Promise<Page> {
  const page = await newTab(browser);
  await page.goto(`${server.url}${path}`);
  await page.getByRole('link', { name: 'Continue with City account' }).click();
  return page;
}

test('one link leads over the provider to the page that was asked for', async () => {
  provider.visitor = { subject: 'u-17', name: 'Olga', groups: ['cctv-cbd'] };
  const page = await signInThere('/wall?match=CBD-*');
  await page.waitForURL(`${server.url}/wall?match=CBD-*`);
  await page.getByRole('link', { name: 'Account of Olga' }).click();
  await page.getByText('operator in CBD-*').waitFor();
  await page.getByText('You sign in elsewhere').waitFor();
  expect(await faults(page)).toEqual([]);
});

test('whom the provider turns away is told so on the sign-in page', async () => {
  provider.visitor = undefined;
  const page = await signInThere('/');
  await page.getByText('Signing in with City account did not work.').waitFor();
  expect(await faults(page)).toEqual([]);
});
