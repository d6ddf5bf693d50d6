/** Zones and people of 64 letters, the longest that there are: no page gets wider than its window. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, openConsole, pill, signedInTab } from '../support/browser.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { password, setUp } from '../support/visitor.ts';

const longest = 'W'.repeat(64);

let server: RunningServer;
let guarded: RunningServer;
let browser: Browser;

beforeAll(async () => {
  [server, guarded, browser] = await Promise.all([
    startServer(),
    startServer({ ACCESS_MODE: 'accounts', TLS_ENABLED: 'false' }),
    launchBrowser(),
  ]);
});
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop(), guarded?.stop()]);
});

/** Waits for something to be there, and measures. */
async function expectFits(page: Page, sign: string): Promise<void> {
  await page.getByText(sign).first().waitFor({ state: 'attached' });
  for (const size of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ]) {
    await page.setViewportSize(size);
    const beyond = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    await expect.poll(beyond).toBe(0);
  }
}

test('console and wall', async () => {
  const camera = await openConsole(browser, server.url, { zone: longest, role: 'camera' });
  const operator = await openConsole(browser, server.url, { zone: longest, role: 'operator' });
  await pill(operator, 'STREAMING');
  await expectFits(operator, longest);
  await expectFits(camera, longest);
  await operator.goto(`${server.url}/wall?zones=${longest}&layout=16`);
  await pill(operator, 'STREAMING');
  await expectFits(operator, longest);
  await operator.goto(`${server.url}/?zone=${longest.replace(/.$/, 'X')}&role=operator&start=1`);
  await expectFits(operator, `No camera in ${longest.replace(/.$/, 'X')} yet`);
  await operator.goto(`${server.url}/notice?zone=${longest}`);
  await expectFits(operator, longest);
});

test('header and administration', async () => {
  const ada = await setUp(guarded, longest);
  await ada.request('POST', '/api/zones', { id: longest });
  await ada.request('POST', '/api/keys', { name: longest, role: 'camera', zones: longest });
  const page = await signedInTab(browser, guarded.url, { name: longest, password });
  await page.goto(`${guarded.url}/admin`);
  for (const tab of ['People', 'Keys', 'Sessions', 'Zones', 'Fleet', 'Audit']) {
    await page.getByRole('tab', { name: tab }).click();
    await expectFits(page, longest);
  }
});
