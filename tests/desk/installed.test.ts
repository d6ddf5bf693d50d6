/** The console as an app: it can be installed, never shows an old page, and says when the server is away. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { projectFolder } from '../../server/config.ts';
import { faults } from '../support/axe.ts';
import { closeTabs, framesFlow, launchBrowser, newTab } from '../support/browser.ts';
import { startServer, type RunningServer } from '../support/server.ts';

/** The server in a folder of its own, whose build a test may change. */
const copy = mkdtempSync(path.join(tmpdir(), 'surveillance-installed-'));
const built = (name: string): string => path.join(copy, 'dist/web', name);
let server: RunningServer;
let browser: Browser;

beforeAll(async () => {
  for (const name of ['server', 'config', 'package.json', 'dist/web']) {
    cpSync(path.join(projectFolder, name), path.join(copy, name), { recursive: true });
  }
  symlinkSync(path.join(projectFolder, 'node_modules'), path.join(copy, 'node_modules'));
  // Browsers give service workers to trusted certificates alone, and to this machine without one.
  [server, browser] = await Promise.all([
    startServer({ TLS_ENABLED: 'false' }, { program: path.join(copy, 'server/main.ts') }),
    launchBrowser(),
  ]);
}, 60_000);
afterEach(() => closeTabs(browser));
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
  rmSync(copy, { recursive: true, force: true });
});

/** A page of a browser that has the service worker already. */
async function withWorker(address: string): Promise<Page> {
  const page = await newTab(browser);
  await page.goto(server.url + address);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.reload();
  expect(await page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  return page;
}
/** What the service worker keeps, by the names of its caches. */
const kept = (page: Page): Promise<Record<string, string[]>> =>
  page.evaluate(async () => {
    const all: Record<string, string[]> = {};
    for (const name of await caches.keys()) {
      const requests = await (await caches.open(name)).keys();
      all[name] = requests.map(({ url }) => new URL(url).pathname);
    }
    return all;
  });

test('Chromium finds nothing that keeps the console from being installed', async () => {
  const page = await withWorker('/desk');
  const chromium = await page.context().newCDPSession(page);
  const { errors, url } = await chromium.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  expect(url).toBe(`${server.url}/manifest.webmanifest`);
  const { installabilityErrors } = await chromium.send('Page.getInstallabilityErrors');
  // A window of a test is one that keeps nothing, which no page can help.
  const faults = installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito');
  expect(faults).toEqual([]);

  const manifest = await page.request.get(`${server.url}/manifest.webmanifest`);
  expect(manifest.headers()['content-type']).toContain('application/manifest+json');
  expect(manifest.headers()['content-security-policy']).toContain("manifest-src 'self'");
  const { icons } = (await manifest.json()) as { icons: { src: string; type: string }[] };
  for (const { src, type } of icons) {
    const icon = await page.request.get(server.url + src);
    expect(icon.headers()['content-type'], src).toContain(type);
  }
  const worker = await page.request.get(`${server.url}/sw.js`);
  expect(worker.headers()['cache-control']).toBe('no-cache');
  expect(worker.headers()['content-security-policy']).toContain("worker-src 'self'");
});

test('only the offline page is kept, and after an upgrade the next page is the new one', async () => {
  const page = await withWorker('/desk');
  const answers = await page.evaluate(async () => {
    const asked = ['/api/v1/zones/NOBODY/still', '/favicon.svg', '/nothing'];
    return Promise.all(asked.map(async (address) => (await fetch(address)).status));
  });
  expect(answers.at(-1)).toBe(404);
  await page.goto(`${server.url}/nothing`);
  await page.getByText('There is nothing of this name here.').waitFor();
  await page.goto(`${server.url}/desk`);
  const before = await kept(page);
  const [name = ''] = Object.keys(before);
  expect(before).toEqual({ [name]: expect.arrayContaining(['/offline.html']) });
  for (const file of before[name] ?? []) expect(file).toMatch(/^\/(offline\.html|assets\/.+)$/);

  // Another build: its pages have another name, and its worker another version.
  const html = readFileSync(built('index.html'), 'utf8');
  writeFileSync(built('index.html'), html.replace('<body>', '<body data-build="second">'));
  const open = await newTab(browser);
  await open.goto(`${server.url}/wall`);
  await open.getByText('server', { exact: true }).waitFor();
  const worker = readFileSync(built('sw.js'), 'utf8');
  const version = name.replace('surveillance-offline-', '');
  expect(worker).toContain(version);
  writeFileSync(built('sw.js'), worker.replaceAll(version, 'second'));
  await server.restart('SIGKILL');
  // A page that stays open is told, and goes on until somebody loads it.
  const told = open.getByRole('status').filter({ hasText: 'a newer version of this page' });
  await told.waitFor({ timeout: 20_000 });
  await told.getByRole('button', { name: 'Load it' }).click();
  await expect.poll(() => open.locator('body').getAttribute('data-build')).toBe('second');
  await open.getByText('server', { exact: true }).waitFor();
  expect(await told.count()).toBe(0);
  await page.goto(`${server.url}/desk`);
  expect(await page.locator('body').getAttribute('data-build')).toBe('second');
  await page.reload();
  await expect
    .poll(async () => Object.keys(await kept(page)), { timeout: 20_000 })
    .toEqual(['surveillance-offline-second']);
});

test('with the server away a page says so and what to do, and a camera that starts meanwhile films by itself', async () => {
  const page = await withWorker('/?zone=AWAY-01&role=camera&start=1');
  const address = page.url();
  server.process.kill('SIGKILL');
  await expect
    .poll(() =>
      page.request.get(server.url).then(
        () => true,
        () => false,
      ),
    )
    .toBe(false);
  await page.goto(address);
  await page.getByRole('heading', { name: 'The server cannot be reached' }).waitFor();
  await page.getByText('comes back by itself as soon as the server answers').waitFor();
  await page.getByRole('button', { name: 'Try now' }).waitFor();
  expect(page.url()).toBe(address);
  expect(await faults(page)).toEqual([]);
  await server.restart();
  await page.getByRole('button', { name: 'End Session' }).waitFor({ timeout: 20_000 });
  await framesFlow(page, 3);
  expect(page.url()).toBe(address);
});
