/** A site on its first day: what is missing is told, and a drawn camera shows how a picture comes. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { faults } from '../support/axe.ts';
import { launchBrowser, newTab, pill } from '../support/browser.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { password } from '../support/visitor.ts';

let server: RunningServer;
let browser: Browser;
let desk: Page;
let context: BrowserContext;

beforeAll(async () => {
  [server, browser] = await Promise.all([
    startServer({ ACCESS_MODE: 'accounts', TLS_ENABLED: 'false' }),
    // Whoever is asked for a camera says no.
    launchBrowser(['--deny-permission-prompts'], false),
  ]);
  desk = await newTab(browser);
  context = desk.context();
}, 120_000);
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
});

const step = (page: Page, name: string, state: 'done' | 'missing') =>
  page.getByRole('region', { name: 'First steps' }).getByText(`${name}: ${state}`);

test('the first administrator is told what is missing', async () => {
  await desk.goto(server.setUpLink ?? '');
  await desk.getByLabel('Name').fill('ada');
  await desk.getByLabel('Password', { exact: true }).fill(password);
  await desk.getByLabel('Password again', { exact: true }).fill(password);
  await desk.keyboard.press('Enter');
  await desk.getByRole('region', { name: 'First steps' }).waitFor();
  for (const name of ['A camera', 'An operator', 'A wall'])
    await step(desk, name, 'missing').waitFor();
  expect(await faults(desk)).toEqual([]);
});

test('a drawn camera needs no permission, ticks the first step, and is not missed when it goes', async () => {
  const opening = context.waitForEvent('page');
  await desk.getByRole('link', { name: 'Show a demonstration' }).click();
  const camera = await opening;
  await camera.getByText('Demonstration: a drawn picture').waitFor();
  expect(await camera.getByLabel('Zone Identifier').inputValue()).toBe('DEMO-01');
  expect(await camera.getByLabel('Camera device').inputValue()).toBe('demonstration');
  await camera.getByLabel('Zone Identifier').fill('PARK-DEMO-01');
  await camera.getByRole('button', { name: 'Initialise Secure Session' }).click();
  await pill(camera, 'CONNECTED|STREAMING');
  expect(await faults(camera)).toEqual([]);

  await desk.bringToFront();
  await step(desk, 'A camera', 'done').waitFor();
  await desk.getByText('1 of 3 done').waitFor();
  await desk.getByRole('treeitem', { name: /^PARK-DEMO-01,/ }).click();
  await desk.getByText('STREAMING', { exact: true }).waitFor({ timeout: 20_000 });
  const frames = (): Promise<number> =>
    desk
      .getByLabel('Picture of PARK-DEMO-01')
      .evaluate((video: HTMLVideoElement) => video.getVideoPlaybackQuality().totalVideoFrames);
  const before = await frames();
  await expect.poll(frames).toBeGreaterThan(before + 10);

  await camera.close();
  await step(desk, 'A camera', 'missing').waitFor({ timeout: 15_000 });
  expect(await desk.getByText('Lost since').count()).toBe(0);
});

test('the steps go by themselves once all is there', async () => {
  const opening = context.waitForEvent('page');
  await desk.getByRole('link', { name: 'Open a wall' }).click();
  await opening;
  await desk.bringToFront();
  await step(desk, 'A wall', 'done').waitFor();
  const person = { name: 'oscar', grants: [{ role: 'operator', zones: '*' }] };
  await desk.request.post(`${server.url}/api/people`, {
    headers: { origin: server.url },
    data: person,
  });
  await step(desk, 'An operator', 'done').waitFor();
  const camera = await context.newPage();
  await camera.goto(`${server.url}/?role=camera&zone=DEMO-01&picture=demonstration&start=1`);
  const steps = desk.getByRole('region', { name: 'First steps' });
  await steps.waitFor({ state: 'hidden' });
  await camera.close();
  await desk.goto(`${server.url}/admin`);
  await desk.getByRole('tab', { name: 'People' }).waitFor();
  await desk.waitForTimeout(500);
  expect(await steps.count()).toBe(0);
});
