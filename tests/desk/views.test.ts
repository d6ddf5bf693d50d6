/** Views of the site, and screens that are sent to: as supervisors, operators and walls meet them. */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, newTab, signedInTab } from '../support/browser.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { recordedClip } from '../support/peers/recorder.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { join, password, setUp, type Visitor } from '../support/visitor.ts';

let server: RunningServer;
let browser: Browser;
let ada: Visitor;
let camera: LightPublisher;
let sue: Page;
let oscar: Page;

beforeAll(async () => {
  [server, browser] = await Promise.all([
    startServer({ TLS_ENABLED: 'false', ACCESS_MODE: 'accounts' }),
    launchBrowser(),
  ]);
  ada = await setUp(server);
  await join(server, ada, 'Sue', [{ role: 'supervisor', zones: '*' }]);
  await join(server, ada, 'Oscar', [{ role: 'operator', zones: 'CBD-*' }]);
  const { secret } = await ada.addKey('camera', 'CBD-*');
  camera = await LightPublisher.start(server.url, 'CBD-CAM-9', await recordedClip(), {
    authorization: `Bearer ${secret}`,
  });
  sue = await signedInTab(browser, server.url, { name: 'Sue', password });
  oscar = await signedInTab(browser, server.url, { name: 'Oscar', password });
}, 120_000);
afterAll(async () => {
  camera?.close();
  await Promise.all([browser?.close(), server?.stop()]);
});

const openWall = (page: Page, query: string) => page.goto(`${server.url}/wall${query}`);
const tileOf = (page: Page, zone: string): Locator =>
  page.getByRole('button', { name: new RegExp(`^${zone},`) });
const zonesOf = (page: Page): Promise<(string | undefined)[]> =>
  page
    .locator('main')
    .getByRole('listitem')
    .getByRole('button', { name: /^[A-Z0-9-]+, / })
    .evaluateAll((tiles) => tiles.map((tile) => tile.getAttribute('aria-label')?.split(',')[0]));

async function save(page: Page, name: string, roles: string[] = []): Promise<void> {
  await page.getByRole('button', { name: 'Save …' }).click();
  const dialog = page.getByRole('dialog', { name: 'Save this wall' });
  await dialog.getByLabel('Name').fill(name);
  for (const role of roles) await dialog.getByLabel(role, { exact: true }).check();
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
}

test('a supervisor shares a view, an operator sees it and has one of his own', async () => {
  await openWall(sue, '?zones=CBD-CAM-1,CBD-CAM-2&layout=4');
  await save(sue, 'Night wall', ['operator', 'wall']);
  await sue.getByText('Saved as Night wall.').waitFor();

  await openWall(oscar, '?zones=CBD-CAM-9');
  await oscar.getByLabel('Saved walls').selectOption('Night wall');
  await expect.poll(() => zonesOf(oscar)).toEqual(['CBD-CAM-1', 'CBD-CAM-2']);
  expect(await oscar.getByLabel('Layout').inputValue()).toBe('4');
  // What is shared is not his to change.
  expect(await oscar.getByRole('button', { name: 'Forget' }).count()).toBe(0);
  await save(oscar, 'My corner');
  await oscar.getByText('Saved as My corner.').waitFor();
  await sue.reload();
  await sue.getByRole('option', { name: 'Night wall' }).waitFor({ state: 'attached' });
  expect(await sue.getByRole('option', { name: 'My corner' }).count()).toBe(0);
});

test('whoever saves over what somebody else has changed meanwhile is told', async () => {
  const [view] = await ada.request<{ id: string; version: number }[]>('GET', '/api/v1/views');
  await ada.request('PUT', `/api/v1/views/${view?.id}`, {
    ...{ name: 'Night wall', zones: 'CBD-CAM-1, CBD-CAM-2, CBD-CAM-3', layout: '4' },
    ...{ sharedWith: ['operator', 'wall'], version: view?.version },
  });
  await sue.getByLabel('Saved walls').selectOption('Night wall');
  await save(sue, 'Night wall');
  await sue.getByRole('alert').getByText('Somebody else has changed the view').waitFor();
  await sue.getByRole('button', { name: 'Cancel' }).click();
  await sue.reload();
  await sue.getByLabel('Saved walls').selectOption('Night wall');
  await expect.poll(() => zonesOf(sue)).toEqual(['CBD-CAM-1', 'CBD-CAM-2', 'CBD-CAM-3']);
});

test('a kiosk shows a view by its name, and what an operator sends takes one pane of it', async () => {
  const { enrolment } = await ada.addKey('wall', 'CBD-*');
  const kiosk = await newTab(browser);
  await kiosk.request.post(`${server.url}/api/enrol`, {
    headers: { origin: server.url },
    data: { token: enrolment.token },
  });
  await openWall(kiosk, '?view=Night%20wall&kiosk=1');
  const own = ['CBD-CAM-1', 'CBD-CAM-2', 'CBD-CAM-3'];
  await expect.poll(() => zonesOf(kiosk)).toEqual(own);

  await oscar.getByRole('button', { name: 'Send to screen …' }).click();
  const dialog = oscar.getByRole('dialog', { name: 'Send to a screen' });
  const send = async (zone: string): Promise<void> => {
    await dialog
      .getByLabel('Screen')
      .selectOption({ label: 'wall of CBD-* · video wall, wall of CBD-*' });
    await dialog.getByLabel('Zone to show').fill(zone);
    await dialog.getByRole('button', { name: 'Send', exact: true }).click();
    await dialog.getByText('Sent to').waitFor();
  };
  await send('CBD-CAM-9');
  await kiosk.getByText('Oscar has sent CBD-CAM-9').waitFor();
  expect(await zonesOf(kiosk)).toEqual([...own, 'CBD-CAM-9']);
  await kiosk.getByText('Sent by Oscar').waitFor();
  await tileOf(kiosk, 'CBD-CAM-9').and(kiosk.getByLabel('STREAMING')).waitFor({ timeout: 15_000 });
  // The screen decides by its own rights.
  await send('PARK-CAM-1');
  await kiosk.getByText('You have no right to watch this zone').waitFor();
  expect(await zonesOf(kiosk)).toEqual([...own, 'PARK-CAM-1']);
  await dialog.getByRole('button', { name: 'Take back' }).click();
  await expect.poll(() => zonesOf(kiosk)).toEqual(own);
  const { records } = await ada.request<{ records: { action: string }[] }>(
    'GET',
    '/api/audit?kind=change',
  );
  expect(records.filter(({ action }) => action === 'shown-on-screen')).toHaveLength(3);
  await dialog.getByRole('button', { name: 'Close' }).click();
});

test('a view that is sent to a wall at which somebody sits can be left again', async () => {
  await openWall(sue, '?zones=CBD-CAM-9');
  await sue.getByLabel('This screen').fill('Sue’s desk');
  await sue.keyboard.press('Tab');
  await openWall(oscar, '?zones=CBD-CAM-1');
  await oscar.getByRole('button', { name: 'Send to screen …' }).click();
  const dialog = oscar.getByRole('dialog', { name: 'Send to a screen' });
  await dialog.getByLabel('Screen').selectOption({ label: 'Sue’s desk · video wall, Sue' });
  await dialog.getByLabel('A view').check();
  await dialog.getByLabel('View to show').selectOption('Night wall');
  await dialog.getByRole('button', { name: 'Send', exact: true }).click();
  await sue.getByText('Oscar has sent Night wall').waitFor();
  await expect.poll(() => zonesOf(sue)).toEqual(['CBD-CAM-1', 'CBD-CAM-2', 'CBD-CAM-3']);
  await sue.getByRole('button', { name: 'Back', exact: true }).click();
  await expect.poll(() => zonesOf(sue)).toEqual(['CBD-CAM-9']);
});

test('the stage of a desk is saved as a view, and one is opened there', async () => {
  await sue.goto(`${server.url}/desk`);
  await sue.getByLabel('Views').selectOption('Night wall');
  await expect.poll(() => zonesOf(sue)).toEqual(['CBD-CAM-1', 'CBD-CAM-2', 'CBD-CAM-3']);
  await save(sue, 'Stage', ['operator']);
  await sue.getByText('Saved as Stage.').waitFor();
  await oscar.reload();
  await oscar.getByLabel('Saved walls').selectOption('Stage');
  await expect.poll(() => zonesOf(oscar)).toEqual(['CBD-CAM-1', 'CBD-CAM-2', 'CBD-CAM-3']);
  await oscar.getByRole('button', { name: 'Send to screen …' }).click();
  const dialog = oscar.getByRole('dialog', { name: 'Send to a screen' });
  await dialog.getByLabel('Screen').selectOption({ label: 'Sue’s desk · desk, Sue' });
  await dialog.getByLabel('Zone to show').fill('CBD-CAM-9');
  await dialog.getByRole('button', { name: 'Send', exact: true }).click();
  await expect.poll(async () => (await zonesOf(sue)).at(-1)).toBe('CBD-CAM-9');
  await sue.getByRole('button', { name: 'Back from CBD-CAM-9' }).click();
  await expect.poll(async () => (await zonesOf(sue)).at(-1)).toBe('CBD-CAM-3');
});

test('walls that a browser had saved are taken over once', async () => {
  await oscar.evaluate(() =>
    localStorage.setItem(
      'surveillance-walls',
      JSON.stringify([{ name: 'Old wall', zones: 'CBD-CAM-*', layout: '9' }]),
    ),
  );
  await oscar.reload();
  await oscar.getByText('One wall is saved in this browser alone.').waitFor();
  await oscar.getByRole('button', { name: 'Keep at the server' }).click();
  await oscar.getByLabel('Saved walls').selectOption('Old wall');
  expect(await oscar.getByLabel('Layout').inputValue()).toBe('9');
  expect(await oscar.evaluate(() => localStorage.getItem('surveillance-walls'))).toBeNull();
});

test('a tour turns the pages of a wall that has more zones than fit', async () => {
  const zones = Array.from({ length: 6 }, (_, n) => `CBD-TOUR-${n + 1}`);
  await openWall(oscar, `?zones=${zones.join(',')}&layout=4&tour=&dwell=1`);
  await expect.poll(() => zonesOf(oscar)).toEqual(['CBD-TOUR-5', 'CBD-TOUR-6']);
  await oscar.getByText('2/2', { exact: true }).waitFor();
  await expect.poll(async () => (await zonesOf(oscar)).length).toBe(4);
});
