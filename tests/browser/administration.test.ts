/** The administration, as an administrator works with it and as those concerned notice. */
import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { faults } from '../support/axe.ts';
import {
  closeTabs,
  framesFlow,
  launchBrowser,
  newTab,
  pill,
  signedInTab,
} from '../support/browser.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { enrol, password, setUp, type Visitor } from '../support/visitor.ts';

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

/** A tab of the administrator's, with one part of the administration open. */
async function administration(tab: string): Promise<Page> {
  const page = await signedInTab(browser, server.url, { name: 'ada', password });
  await page.goto(`${server.url}/admin#${tab}`);
  await page.getByRole('tab', { name: tab, selected: true }).waitFor();
  return page;
}

/** Presses Tab until the focus is on something of this name. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      const label = element?.closest('label') ?? element;
      return element?.getAttribute('aria-label') ?? label?.textContent?.trim() ?? '';
    });
    if (focused.startsWith(name)) return;
  }
  throw new Error(`Tab never came to ${name}`);
}

test('the keyboard alone signs in and adds a person', async () => {
  const page = await newTab(browser);
  await page.goto(`${server.url}/admin`);
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.keyboard.type('ada'); // the focus is in the name already
  await page.keyboard.press('Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await page.getByRole('tab', { name: 'People' }).waitFor();
  await tabTo(page, 'People');
  await page.keyboard.press('End');
  await page.getByRole('tab', { name: 'Audit', selected: true }).waitFor();
  await page.keyboard.press('ArrowRight');
  await page.getByRole('tab', { name: 'People', selected: true }).waitFor();
  await tabTo(page, 'Add a person');
  await page.keyboard.press('Enter');
  await page.getByRole('radio', { name: /By a link/ }).waitFor();
  await page.keyboard.type('grace'); // so is the form's
  await tabTo(page, 'By a link');
  await page.keyboard.press('ArrowDown');
  await tabTo(page, 'First password');
  await page.keyboard.type(password);
  await tabTo(page, 'First password again');
  await page.keyboard.type(password);
  await tabTo(page, 'Zones');
  await page.keyboard.type('cbd-*');
  await page.keyboard.press('Enter');
  await page.getByText('grace may sign in now').waitFor();
  await page.getByRole('row', { name: /grace operator CBD-\* off never active/ }).waitFor();
  const focused = page.locator(':focus');
  expect(await focused.textContent()).toContain('Add a person');
});

test('a person gets other roles, is disabled, and is removed after one question', async () => {
  await administrator.addPerson('lin', [{ role: 'operator', zones: 'CBD-*' }]);
  const lin = await signedInTab(browser, server.url, { name: 'lin', password });
  await lin.goto(server.url);
  const page = await administration('people');
  await page.getByRole('button', { name: 'Change: lin' }).click();
  await page.getByRole('combobox', { name: 'Role' }).selectOption('supervisor');
  await page.getByRole('button', { name: 'Save the roles' }).click();
  await page.getByText('The roles of lin are saved.').waitFor();
  await lin.reload();
  await lin.getByRole('link', { name: 'Administration' }).click();
  await lin.getByRole('tab', { name: 'Zones' }).waitFor();
  expect(await lin.getByRole('tab').allTextContents()).toEqual(['Zones', 'Audit']);

  expect(await faults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Disable' }).click();
  await page.keyboard.press('Escape'); // thought better of it
  await page.getByRole('button', { name: 'Disable' }).click();
  await page.getByRole('button', { name: 'Disable' }).click();
  await page.getByText('lin is disabled.').waitFor();
  await lin.reload();
  await lin.getByRole('heading', { name: 'Sign in' }).waitFor();

  await page.getByRole('button', { name: 'Remove', exact: true }).last().click();
  await page.getByText('lin is removed for good').waitFor();
  await page.getByRole('button', { name: 'Remove', exact: true }).last().click();
  await page.getByText('lin is removed.').waitFor();
  expect(await page.getByRole('row', { name: /lin/ }).count()).toBe(0);
});

test('the last administrator cannot be lost', async () => {
  const page = await administration('people');
  await page.getByRole('button', { name: 'Change: ada' }).click();
  await page.getByRole('button', { name: 'Remove this role' }).click();
  await page.getByRole('button', { name: 'Save the roles' }).click();
  await page
    .getByRole('status')
    .filter({ hasText: /administrator/ })
    .waitFor();
});

test('a camera is enrolled by its link, films, and is cut off when its key is revoked', async () => {
  const page = await administration('keys');
  await page.getByRole('button', { name: 'Add a key' }).click();
  await page.getByLabel('Name of the device').fill('North gate');
  await page.getByRole('textbox', { name: 'Zones' }).fill('cbd-gate-01');
  await page.keyboard.press('Enter');
  const link = await page.getByRole('textbox', { name: 'Enrolment link' }).inputValue();
  await page.getByRole('img', { name: /QR code/ }).waitFor();
  const secret = await page.getByRole('textbox', { name: 'Secret' }).inputValue();
  expect(secret).toMatch(/\S{20,}/);
  const programs = page.getByRole('group', { name: 'For an encoder (WHIP)' });
  const line = (name: string) => programs.getByRole('textbox', { name }).inputValue();
  const address = await line('WHIP address');
  expect(address).toBe(`${server.url}/whip/CBD-GATE-01`);
  for (const name of ['GStreamer (whipclientsink)', 'ffmpeg 8', 'whip-client (Debian)']) {
    expect(await line(name)).toContain(`"${secret}"`);
    expect(await line(name)).toContain(`"${address}"`);
    await programs.getByRole('button', { name: `Copy: ${name}` }).waitFor();
  }
  await programs.getByText('is this machine alone').waitFor();
  expect(await faults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Done' }).click();
  expect(await page.getByRole('textbox', { name: 'Secret' }).count()).toBe(0);

  const camera = await newTab(browser);
  await camera.goto(link);
  await camera.getByRole('button', { name: 'Enrol this device' }).waitFor();
  expect(camera.url()).toBe(`${server.url}/enrol`);
  expect(await faults(camera)).toEqual([]);
  await camera.keyboard.press('Enter');
  await camera.waitForURL(`${server.url}/?role=camera&zone=CBD-GATE-01`);
  expect(await camera.getByLabel('System Role').locator('option').allTextContents()).toEqual([
    'Edge Gateway – Camera Node',
  ]);
  await camera.getByRole('button', { name: 'Initialise Secure Session' }).click();
  const operator = await signedInTab(browser, server.url, { name: 'ada', password });
  await operator.goto(`${server.url}/?zone=CBD-GATE-01&role=operator&start=1`);
  await framesFlow(operator);

  const late = await newTab(browser);
  await late.goto(link);
  await late.getByRole('button', { name: 'Enrol this device' }).waitFor();
  await late.keyboard.press('Enter');
  await late.getByText('This link is not good any more').waitFor();

  await page.getByRole('button', { name: 'Revoke: North gate' }).click();
  await page.getByRole('button', { name: 'Revoke', exact: true }).click();
  await camera.getByText('The key of this device was revoked').waitFor();
  await pill(operator, 'WAITING FOR CAMERA');
});

test('a wall’s key opens the wall and the map, and nothing else', async () => {
  // Zones that were filmed before have their tiles.
  const { enrolment } = await administrator.addKey('wall', 'NOWHERE-*');
  const wall = await newTab(browser);
  await wall.goto(`${server.url}/enrol#${enrolment.token}`);
  await wall.getByRole('button', { name: 'Enrol this device' }).click();
  await wall.waitForURL(`${server.url}/wall`);
  await wall.getByText('No zone is live yet').waitFor();
  await wall.goto(`${server.url}/`);
  await wall.waitForURL(`${server.url}/wall`);
  const pages = wall.getByRole('navigation', { name: 'Pages' }).getByRole('link');
  expect(await pages.allTextContents()).toEqual(['Video wall', 'Map']);
});

test('what a camera may send is limited per key and per zone', async () => {
  const page = await administration('keys');
  await page.getByRole('button', { name: 'Add a key' }).click();
  await page.getByLabel('Name of the device').fill('South gate');
  await page.getByRole('textbox', { name: 'Zones' }).fill('CBD-GATE-02');
  await page.getByLabel('Most it may send, Mbit/s').fill('2.5');
  expect(await faults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Make the key' }).click();
  await page.getByRole('button', { name: 'Done' }).click();
  await page
    .getByRole('row', { name: /South gate/ })
    .getByText('at most 2.50 Mbit/s')
    .waitFor();

  await administrator.request('POST', '/api/zones', { id: 'CBD-GATE-02' });
  await page.getByRole('tab', { name: 'Zones' }).click();
  const row = page.getByRole('row', { name: /^CBD-GATE-02/ });
  await row.getByRole('button', { name: 'Limit: CBD-GATE-02' }).click();
  await page.getByLabel('Most that its camera may send, Mbit/s').fill('6');
  expect(await faults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Save the limit' }).click();
  await page.getByText('The limit of CBD-GATE-02 is saved.').waitFor();
  await row.getByText('6.00 Mbit/s').waitFor();
  await row.getByRole('button', { name: 'Limit: CBD-GATE-02' }).click();
  await page.getByLabel('Most that its camera may send, Mbit/s').fill('');
  await page.getByRole('button', { name: 'Save the limit' }).click();
  await row.getByText('the usual').waitFor();
});

test('what its camera noticed is in the row of a zone', async () => {
  await administrator.request('POST', '/api/zones', { id: 'CBD-GATE-03' });
  const key = await enrol(server, await administrator.addKey('camera', 'CBD-GATE-03'));
  const camera = key.socket();
  await camera.request('claim', { zone: 'CBD-GATE-03', label: 'gate' });
  await camera.request('camera:event', { kind: 'motion', state: 'began', source: 'Rule 1' });
  const page = await administration('zones');
  const row = page.getByRole('row', { name: /^CBD-GATE-03/ });
  await row.getByRole('button', { name: 'Events: CBD-GATE-03' }).click();
  const events = page.getByRole('region', { name: 'Events of CBD-GATE-03' }).last();
  await events.getByText('Motion', { exact: true }).waitFor();
  await events.getByText('Rule 1').waitFor();
  expect(await faults(page)).toEqual([]);
  camera.close();
});

test('an installer is offered to film, to mask and to see the picture, and nothing more', async () => {
  await administrator.addPerson('ines', [{ role: 'installer', zones: 'QUAY-*' }]);
  const page = await signedInTab(browser, server.url, { name: 'ines', password });
  await page.goto(`${server.url}/?zone=QUAY-01&role=camera&start=1`);
  const pages = page.getByRole('navigation');
  expect(await pages.getByRole('link').allTextContents()).toEqual(['Console', 'Video wall', 'Map']);
  await page.locator('button:enabled', { hasText: 'Edit masks' }).waitFor();
  await page.goto(`${server.url}/?zone=QUAY-01&role=operator&start=1`);
  await page.getByRole('button', { name: 'Full screen' }).waitFor();
  expect(await page.getByRole('button', { name: 'Snapshot' }).count()).toBe(0);
  await page.goto(`${server.url}/admin`);
  await page.getByText('Your role allows no administration.').waitFor();
});

test('the sessions show who watches what, and ending one ends its picture', async () => {
  await administrator.addPerson('mary', [{ role: 'operator', zones: '*' }]);
  const mary = await signedInTab(browser, server.url, { name: 'mary', password });
  await mary.goto(`${server.url}/?zone=DOCK-01&role=operator&start=1`);
  await pill(mary, 'WAITING FOR CAMERA');
  const page = await administration('sessions');
  const row = page.getByRole('row', { name: /mary/ });
  await row.getByText('watches DOCK-01').waitFor();
  expect(await faults(page)).toEqual([]);
  await row.getByRole('button', { name: 'End: mary' }).click();
  await row.getByRole('button', { name: 'End', exact: true }).click();
  await page.getByText('The session of mary is ended.').waitFor();
  await mary.getByText('Your sign-in has ended').waitFor();
  await mary.getByRole('button', { name: 'Initialise Secure Session' }).click();
  await mary.getByRole('heading', { name: 'Sign in' }).waitFor();
});

test('the audit tells who watched which zone, by filter and as a file', async () => {
  await administrator.addPerson('vera', [{ role: 'operator', zones: '*' }]);
  const vera = await signedInTab(browser, server.url, { name: 'vera', password });
  await vera.goto(`${server.url}/?zone=PIER-01&role=operator&start=1`);
  await pill(vera, 'WAITING FOR CAMERA');
  const page = await administration('audit');
  await page.getByRole('columnheader', { name: 'Time' }).waitFor();
  await page.getByLabel('Zone').fill('PIER-*');
  await page.getByLabel('Person or key').fill('ver');
  await page.getByLabel('Kind').selectOption('watching');
  await page.keyboard.press('Tab');
  await page.getByRole('button', { name: 'Filter' }).click();
  // The row of vera, which was there before as well, and that of the headings.
  await expect.poll(() => page.getByRole('row').count()).toBe(2);
  await page.getByRole('row', { name: /vera watching began PIER-01/ }).waitFor();
  expect(await faults(page)).toEqual([]);
  // Who saw a zone at a moment; the field holds whole minutes.
  await page.getByRole('button', { name: 'Who saw it?' }).click();
  await page.getByText('A zone without *').waitFor();
  await page.getByLabel('Zone').fill('pier-01');
  const soon = new Date(Date.now() + 60_000).toISOString().slice(0, 16);
  await page.getByLabel('Times in').selectOption('UTC');
  await page.getByLabel('From').fill(soon);
  await page.getByRole('button', { name: 'Who saw it?' }).click();
  const sights = page.getByRole('region', { name: /^Who saw PIER-01 at .* UTC$/ });
  await sights.getByText(/vera.*goes on, since/).waitFor();
  expect(await faults(page)).toEqual([]);
  await sights.getByRole('button', { name: 'Close' }).click();
  await page.getByLabel('From').fill('');
  await page.getByLabel('Zone').fill('PIER-*');
  await page.setViewportSize({ width: 1440, height: 900 });
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'CSV' }).click(),
  ]);
  const chunks: Buffer[] = [];
  for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  expect(text).toContain('vera');
  expect(text.trim().split('\n').length).toBe(2);
});

test('the audit is leafed through, the newest first', async () => {
  for (let number = 1; number <= 60; number += 1) {
    await administrator.addKey('camera', `LEAF-${number}`);
  }
  const page = await administration('audit');
  const first = page.getByRole('row').nth(1);
  await first.getByText('signed in').waitFor(); // the administrator, just now
  expect(await page.getByRole('row').count()).toBe(51);
  await page.getByRole('button', { name: 'Older' }).click();
  await first.getByText(/camera of LEAF-1\d/).waitFor();
  await page.getByRole('button', { name: 'Newer' }).click();
  await first.getByText('signed in').waitFor();
  expect(await page.getByRole('button', { name: 'Newer' }).isDisabled()).toBe(true);
});

test('what is asked for while a list still comes is done after it', async () => {
  const page = await administration('people');
  const held: Route[] = [];
  await page.route(/\/api\/zones$/, (route) =>
    held.length === 0 ? void held.push(route) : route.continue(),
  );
  await page.getByRole('tab', { name: 'zones' }).click();
  await page.getByRole('button', { name: 'List a zone' }).click();
  await page.keyboard.type('cbd-early-01');
  await page.keyboard.press('Enter');
  await page.getByText('Waiting for the server').waitFor();
  await page.keyboard.press('Enter'); // impatient: it is not done twice
  await held[0]!.continue();
  await page.getByText('CBD-EARLY-01 is listed.').waitFor();
  await page.getByRole('row', { name: /^CBD-EARLY-01/ }).waitFor();
});

test('a filter that is set while the audit still comes is the one that is shown', async () => {
  await administrator.addKey('camera', 'EARLY-KEY');
  const page = await administration('people');
  const held: Route[] = [];
  await page.route(/\/api\/audit\?/, (route) =>
    held.length === 0 ? void held.push(route) : route.continue(),
  );
  await page.getByRole('tab', { name: 'audit' }).click();
  await page.getByLabel('Kind').selectOption('change');
  await page.getByRole('button', { name: 'Filter' }).click();
  await held[0]!.continue();
  const shown = page.getByRole('row');
  await expect
    .poll(async () => [await shown.count(), await shown.getByText('signed in').count()])
    .toEqual([expect.toSatisfy((rows: number) => rows > 1), 0]);
});

test('a zone is listed, gets words of its own for its notice, and is taken off again', async () => {
  const page = await administration('zones');
  await page.getByRole('button', { name: 'List a zone' }).click();
  await page.keyboard.type('cbd-plaza-07');
  await page.keyboard.press('Enter');
  await page.getByText('CBD-PLAZA-07 is listed.').waitFor();
  const row = page.getByRole('row', { name: /^CBD-PLAZA-07/ });
  await row.getByText('none ·').waitFor(); // masks
  await row.getByText('as configured').waitFor();
  await page.getByRole('button', { name: 'Notice: CBD-PLAZA-07' }).click();
  const purpose = page.getByLabel('Purpose');
  await expect.poll(() => purpose.getAttribute('placeholder')).toMatch(/\w+ \w+/);
  expect(await faults(page)).toEqual([]);
  await page.getByLabel('Controller').fill('Harbour Authority');
  await page.getByRole('button', { name: 'Save the notice' }).click();
  await page.getByText('The notice of CBD-PLAZA-07 is saved.').waitFor();
  await row.getByText('own words').waitFor();
  const sign = await page.context().newPage();
  const address = await row.getByRole('link', { name: /Printable sign/ }).getAttribute('href');
  await sign.goto(`${server.url}${address}`);
  await sign.getByText('Harbour Authority').waitFor();
  await page.getByRole('button', { name: 'Remove: CBD-PLAZA-07' }).click();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByText('CBD-PLAZA-07 is removed.').waitFor();
  expect(await row.count()).toBe(0);
});
