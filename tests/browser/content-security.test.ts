/** The strict policy of what pages may load and run forbids nothing that they need. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pagePaths } from '../../server/contract/page.ts';
import { framesFlow, launchBrowser, newTab, openConsole } from '../support/browser.ts';
import { startServer, type RunningServer } from '../support/server.ts';

let server: RunningServer;
let browser: Browser;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

test('no page breaks it, with a picture or without', async () => {
  const camera = await openConsole(browser, server.url, { zone: 'POLICY-01', role: 'camera' });
  await framesFlow(camera);
  const page = await newTab(browser);
  const broken: string[] = [];
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) broken.push(message.text());
  });
  for (const path of pagePaths) {
    await page.goto(server.url + path);
    await page.locator('h1').first().waitFor();
  }
  for (const path of ['/?zone=POLICY-01&role=operator&start=1', '/wall?zones=POLICY-01']) {
    await page.goto(server.url + path);
    await framesFlow(page);
  }
  expect(broken).toEqual([]);

  // And it is in force: what an attacker would insert does not run.
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'document.title = "taken over"';
    document.body.append(script);
  });
  await expect.poll(() => broken.length).toBe(1);
  expect(await page.title()).not.toBe('taken over');
});
