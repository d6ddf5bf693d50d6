/** A session that has ended leaves nothing behind that listens or ticks. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { closeTabs, launchBrowser, newTab, pill } from '../support/browser.ts';
import { Client } from '../support/client.ts';
import { countHeld, heldBy, type Held } from '../support/held.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { recordedClip } from '../support/peers/recorder.ts';
import { startServer, type RunningServer } from '../support/server.ts';

let server: RunningServer;
let browser: Browser;
let camera: LightPublisher;

beforeAll(async () => {
  const clip = await recordedClip();
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  camera = await LightPublisher.start(server.url, 'WATCHED-01', clip);
});
afterEach(() => closeTabs(browser));
afterAll(async () => {
  camera?.close();
  await Promise.all([browser?.close(), server?.stop()]);
});

/** What only sessions listen to. */
const ofSessions = ['online', 'pageshow'];

async function openCounted(path: string): Promise<Page> {
  const page = await newTab(browser);
  await countHeld(page);
  await page.goto(`${server.url}${path}`);
  return page;
}

/** What a page holds once that does not change any more. */
async function heldAtRest(page: Page): Promise<Held> {
  let held = await heldBy(page);
  const isSteady = async (): Promise<boolean> => {
    const before = held;
    await page.waitForTimeout(1000);
    held = await heldBy(page);
    return JSON.stringify(held) === JSON.stringify(before);
  };
  await expect.poll(isSteady, { timeout: 15_000 }).toBe(true);
  return held;
}

test('a console whose session has ended holds what it held before, whatever the role', async () => {
  const page = await openCounted('/?zone=WATCHED-01&role=operator');
  for (const [role, zone] of [
    ['operator', 'WATCHED-01'],
    ['camera', 'FILMED-01'],
    ['operator', 'WATCHED-01'],
  ] as const) {
    await page.getByLabel('System Role').selectOption(role);
    await page.getByLabel('Zone Identifier').fill(zone);
    await pill(page, 'DISCONNECTED');
    const before = await heldBy(page);
    for (const event of ofSessions) expect(before.events).not.toContain(event);
    await page.getByRole('button', { name: 'Initialise Secure Session' }).click();
    await pill(page, role === 'camera' ? 'CONNECTED' : 'STREAMING');
    const { events } = await heldBy(page);
    for (const event of ofSessions) expect(events).toContain(event);
    await page.getByRole('button', { name: 'End Session' }).click();
    await pill(page, 'DISCONNECTED');
    await expect.poll(() => heldBy(page), { timeout: 10_000 }).toEqual(before);
  }
});

test('a wall whose session the server has ended listens to nothing, until it is started again', async () => {
  const page = await openCounted('/wall?zones=WATCHED-01');
  const tile = page.locator('[data-zone="WATCHED-01"] .state');
  const left: Held[] = [];
  for (let turn = 0; turn < 2; turn += 1) {
    await tile.getByText('STREAMING', { exact: true }).waitFor({ timeout: 20_000 });
    const secret = await page.evaluate(() => sessionStorage.getItem('surveillance-session'));
    const other = new Client(server.url, secret ?? '');
    try {
      await other.connected();
      await page.getByText('Opened in another window').waitFor();
      await expect
        .poll(async () => (await heldBy(page)).events.filter((one) => ofSessions.includes(one)))
        .toEqual([]);
      left.push(await heldAtRest(page));
    } finally {
      other.close();
    }
    await page.getByRole('button', { name: 'Start again' }).click();
  }
  expect(left[1]).toEqual(left[0]);
});
