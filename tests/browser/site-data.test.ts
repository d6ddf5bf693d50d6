/** A browser that keeps no site data at all: no cookies, and no storage that could even be named. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { framesFlow, keepingBrowser, pill } from '../support/browser.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { setUp } from '../support/visitor.ts';

let server: RunningServer;
let browser: BrowserContext;
let profile: string;

beforeAll(async () => {
  profile = mkdtempSync(path.join(tmpdir(), 'no-site-data-'));
  mkdirSync(path.join(profile, 'Default'));
  const block = 2;
  writeFileSync(
    path.join(profile, 'Default', 'Preferences'),
    JSON.stringify({ profile: { default_content_setting_values: { cookies: block } } }),
  );
  [server, browser] = await Promise.all([startServer(), keepingBrowser(profile)]);
});
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
  await removeFolder(profile);
});

test('console and wall work where site data is blocked', async () => {
  const zone = 'BLOCKED-01';
  const camera = await browser.newPage();
  await camera.goto(`${server.url}/?zone=${zone}&role=camera&start=1`);
  await pill(camera, 'STREAMING');
  await expect(camera.evaluate(() => localStorage)).rejects.toThrow('Access is denied');
  const operator = await browser.newPage();
  await operator.goto(server.url);
  await operator.getByLabel('Zone Identifier').fill(zone);
  await operator.getByLabel('System Role').selectOption({ label: 'Control Centre – Operator' });
  await operator.getByRole('button', { name: 'Initialise Secure Session' }).click();
  await framesFlow(operator);
  const wall = await browser.newPage();
  await wall.goto(`${server.url}/wall`);
  await pill(wall, 'STREAMING');
  await framesFlow(wall);
  // A page that is loaded again is a new window of nobody.
  await camera.reload();
  await pill(camera, 'STREAMING');
});

test('the sign-in says why it cannot work there', async () => {
  const guarded = await startServer({ ACCESS_MODE: 'accounts', TLS_ENABLED: 'false' });
  try {
    await setUp(guarded);
    const page = await browser.newPage();
    await page.goto(guarded.url);
    await page.getByLabel('Name').waitFor();
    await page.getByText('Allow cookies for this site').waitFor();
  } finally {
    await guarded.stop();
  }
});
