/** A camera is steered by a person at the console and at a wall; everything stops when the press is lost. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Move } from '../../server/contract/steering.ts';
import { faults } from '../support/axe.ts';
import { CuttableDoor } from '../support/cuttable-door.ts';
import { closeTabs, launchBrowser, pill, signedInTab } from '../support/browser.ts';
import { recordedClip } from '../support/peers/recorder.ts';
import { SteeredCamera } from '../support/peers/steered-camera.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { password, setUp, type Visitor } from '../support/visitor.ts';

const zone = 'DOCK-GATE-01';
let server: RunningServer;
let browser: Browser;
let administrator: Visitor;
let camera: SteeredCamera;

beforeAll(async () => {
  const clip = await recordedClip();
  [server, browser] = await Promise.all([
    startServer({ ACCESS_MODE: 'accounts', TLS_ENABLED: 'false' }),
    launchBrowser(),
  ]);
  administrator = await setUp(server, 'ada');
  for (const [name, role] of [
    ['anna', 'operator'],
    ['bernd', 'supervisor'],
    ['vera', 'viewer'],
  ] as const) {
    await administrator.addPerson(name, [{ role, zones: '*' }]);
  }
  camera = await SteeredCamera.start(server.url, zone, clip, administrator.headers);
}, 120_000);
afterEach(async () => {
  await closeTabs(browser);
  camera.moves.length = 0;
});
afterAll(async () => {
  camera?.close();
  await Promise.all([browser?.close(), server?.stop()]);
});

async function open(name: string, path: string, url = server.url): Promise<Page> {
  const page = await signedInTab(browser, url, { name, password });
  await page.goto(`${url}${path}`);
  await page.getByText('STREAMING', { exact: true }).first().waitFor({ timeout: 20_000 });
  return page;
}
const atConsole = `/?zone=${zone}&role=operator&start=1`;

/** In steering, with the focus on the picture. */
async function steer(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Steer', exact: true }).click();
  const picture = page.getByRole('application', { name: `Picture of ${zone}` });
  await expect.poll(() => picture.evaluate((it) => it === document.activeElement)).toBe(true);
}
const kinds = (): Move['kind'][] => camera.moves.map(({ kind }) => kind);
const moves = (): Promise<void> => expect.poll(() => camera.last).toBe('continuous');
const stops = (): Promise<void> => expect.poll(() => camera.last).toBe('stop');
/** The words on the picture, which screen readers have from a live region of the same words. */
const says = (page: Page, words: string | RegExp): Promise<void> =>
  page
    .getByRole('group', { name: `Steering of ${zone}` })
    .getByText(words)
    .first()
    .waitFor();
const focused = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => {
    const active = document.activeElement;
    return active?.getAttribute('aria-label') ?? active?.textContent ?? undefined;
  });

test('keys pan while they are held, and let go of the camera with Escape', async () => {
  const page = await open('anna', atConsole);
  await steer(page);
  await page.keyboard.down('ArrowLeft');
  await expect.poll(() => kinds().length).toBeGreaterThan(2); // said again while it is held
  const [first] = camera.moves;
  expect(first).toMatchObject({ kind: 'continuous', tilt: 0, zoom: 0 });
  const speed = first?.kind === 'continuous' ? first.pan : 0;
  expect(speed).toBeLessThan(0);
  await page.keyboard.down('Shift');
  await expect
    .poll(() => {
      const last = camera.moves.at(-1);
      return last?.kind === 'continuous' && last.pan < 0 && last.pan > speed;
    })
    .toBe(true);
  await page.keyboard.up('ArrowLeft');
  await stops();
  await page.keyboard.up('Shift');
  await says(page, 'You steer');
  await page.keyboard.down('+');
  await expect.poll(() => camera.moves.at(-1)).toMatchObject({ pan: 0, tilt: 0 });
  await page.keyboard.up('+');
  await stops();
  await page.keyboard.press('h');
  await expect.poll(() => camera.last).toBe('home');
  await page.keyboard.press('2');
  await expect.poll(() => camera.moves.at(-1)).toEqual({ kind: 'preset', preset: 'p2' });
  await says(page, /At Car park/);
  expect(await faults(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect.poll(() => focused(page)).toBe('Steer');
  // It is free: nobody is said to steer.
  await page.getByText('You steer').first().waitFor({ state: 'detached' });
});

test('whatever may hide the release of a key or pointer stops the camera', async () => {
  const page = await open('anna', atConsole);
  await steer(page);
  const press = async (): Promise<void> => {
    await page.keyboard.down('ArrowRight');
    await moves();
  };
  const losses: [string, () => Promise<unknown>][] = [
    ['blur', () => page.evaluate(() => window.dispatchEvent(new Event('blur')))],
    [
      'a hidden tab',
      () => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange'))),
    ],
    ['a menu', () => page.evaluate(() => window.dispatchEvent(new Event('contextmenu')))],
    ['a focus elsewhere', () => page.getByRole('searchbox').focus()],
  ];
  for (const [loss, lose] of losses) {
    await press();
    await lose();
    await stops();
    // The key is still down, and repeats itself.
    await page.keyboard.down('ArrowRight');
    await page.waitForTimeout(400);
    expect(camera.last, loss).toBe('stop');
    await page.keyboard.up('ArrowRight');
    await page.getByRole('application').focus();
  }
  const up = page.getByRole('button', { name: 'Up', exact: true });
  for (const loss of ['pointercancel', 'lostpointercapture'] as const) {
    await up.hover();
    await page.mouse.down();
    await moves();
    expect(camera.moves.at(-1)).toMatchObject({ pan: 0 });
    await up.evaluate((button, type) => {
      button.dispatchEvent(new PointerEvent(type, { pointerId: 1 }));
    }, loss);
    await stops();
    await page.mouse.up();
  }
});

test('a click in the picture centres there, and a rectangle is zoomed into', async () => {
  const page = await open('anna', atConsole);
  await page.setViewportSize({ width: 390, height: 844 });
  await steer(page);
  // The picture is narrower than its box here, so some of the box is beside it.
  const box = await page.getByLabel('Live feed').boundingBox();
  const { x = 0, y = 0, width = 0 } = box ?? {};
  const height = (width * 9) / 16;
  await page.mouse.click(x + width / 4, y + height / 2);
  await expect.poll(() => camera.last).toBe('centre');
  const centre = camera.moves.at(-1);
  expect(centre?.kind === 'centre' && centre.x).toBeCloseTo(0.25, 1);
  expect(centre?.kind === 'centre' && centre.y).toBeCloseTo(0.5, 1);
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + (width * 3) / 4, y + (height * 3) / 4, { steps: 3 });
  await page.mouse.up();
  await expect.poll(() => camera.last).toBe('area');
  const area = camera.moves.at(-1);
  for (const side of ['x', 'y'] as const) {
    expect(area?.kind === 'area' && area[side], side).toBeCloseTo(0.5, 1);
  }
  for (const side of ['width', 'height'] as const) {
    expect(area?.kind === 'area' && area[side], side).toBeCloseTo(0.25, 1);
  }
  for (const button of await page
    .getByRole('group', { name: 'Move the camera' })
    .getByRole('button')
    .all()) {
    const { width: across = 0, height: down = 0 } = (await button.boundingBox()) ?? {};
    expect(Math.min(across, down)).toBeGreaterThanOrEqual(44);
  }
});

test('presets are called, saved, renamed and removed by name', async () => {
  const page = await open('anna', atConsole);
  await steer(page);
  await page.getByRole('button', { name: 'Presets' }).click();
  const list = page.getByRole('group', { name: 'Presets' });
  await list.getByRole('button', { name: 'Car park' }).click();
  await expect.poll(() => camera.moves.at(-1)).toEqual({ kind: 'preset', preset: 'p2' });
  await page.getByRole('button', { name: 'Change presets' }).click();
  await list.getByRole('textbox', { name: 'Save the present place' }).fill('North road');
  await page.keyboard.press('Enter');
  await list.getByText('Saved as North road.').waitFor();
  await list.getByRole('button', { name: 'Rename: North road' }).click();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('h1 South road'); // letters are letters here
  await page.keyboard.press('Enter');
  await list.getByRole('button', { name: 'Rename: h1 South road' }).waitFor();
  expect(await faults(page)).toEqual([]);
  await list.getByRole('button', { name: 'Remove: h1 South road' }).click();
  await list.getByRole('button', { name: 'Remove it' }).click();
  await list
    .getByRole('button', { name: 'h1 South road', exact: true })
    .waitFor({ state: 'detached' });
  expect(kinds()).toEqual(['preset']);
});

test('masks are drawn preset after preset, and what is not done is said to be covered', async () => {
  const masked = 'DOCK-YARD-01';
  const turning = await SteeredCamera.start(
    server.url,
    masked,
    await recordedClip(),
    administrator.headers,
  );
  try {
    const page = await open('ada', `/?zone=${masked}&role=operator&start=1`);
    await page.getByRole('button', { name: 'Masks', exact: true }).click();
    const panel = page.getByRole('region', { name: 'Masks of the camera’s presets' });
    const preset = (name: string) => panel.getByRole('button', { name: new RegExp(`^${name}`) });
    await preset('Car park').click();
    await expect.poll(() => turning.moves.at(-1)).toEqual({ kind: 'preset', preset: 'p2' });
    const drawing = page.getByRole('application', { name: 'Drawing of privacy masks' });
    await drawing.focus();
    await page.keyboard.press('Enter');
    expect(await faults(page)).toEqual([]);
    // Elsewhere the masks would hide something else.
    await turning.say({ at: null, moving: true });
    await panel.getByText('Waiting for the camera to stand at Car park.').waitFor();
    await drawing.waitFor({ state: 'detached' });
    await turning.say({ at: 'p2', moving: false });
    // On a small screen the picture is scrolled away, and its tools stay.
    await page.setViewportSize({ width: 390, height: 400 });
    await panel.getByRole('button', { name: 'Keep these' }).click();
    await panel.getByText(/is covered .* at Gate\./).waitFor();
    await expect.poll(() => focused(page)).toMatch(/^Car park\s*1 mask drawn, not saved yet$/);
    await panel.getByRole('button', { name: 'Save 1 preset' }).click();
    await panel.getByText('Saved: 1 preset.').waitFor();
    const { body } = await administrator.ask('GET', `/api/zones/${masked}/masks`);
    expect(body).toMatchObject({
      masks: [],
      presetMasks: [{ preset: 'p2', name: 'Car park', masks: [{ points: { length: 4 } }] }],
    });

    await page.setViewportSize({ width: 1440, height: 900 });
    await turning.say({ covered: 'unknown-place' });
    await preset('Gate').filter({ hasText: 'Not done yet, so covered' }).click();
    await panel.getByText(/covered for everybody, you too/).waitFor();
    expect(await faults(page)).toEqual([]);
    await panel.getByRole('button', { name: 'Nothing to hide here' }).click();
    await panel.getByRole('button', { name: 'Save 1 preset' }).click();
    await preset('Gate').filter({ hasText: 'Confirmed: nothing to hide' }).waitFor();
  } finally {
    turning.close();
  }
});

test('on a wall the tile in focus is steered; all see by whom, and a higher role takes over', async () => {
  const wall = await open('anna', `/wall?zones=${zone},DOCK-GATE-02&layout=4`);
  const viewer = await open('vera', `/wall?zones=${zone}&kiosk=1`);
  const supervisor = await open('bernd', atConsole);
  await steer(supervisor);
  await wall.getByRole('button', { name: `${zone}, STREAMING` }).focus();
  await wall.keyboard.press('Enter');
  await wall.keyboard.press('p');
  await wall.getByRole('application').waitFor();
  expect(await faults(wall)).toEqual([]);
  // A digit is a preset now, and no tile.
  await wall.keyboard.press('2');
  await expect.poll(() => camera.moves.at(-1)).toEqual({ kind: 'preset', preset: 'p2' });
  await says(viewer, /^Steered by anna, free in \d+ s$/);

  await supervisor.keyboard.press('ArrowUp');
  await says(wall, 'bernd has taken over this camera.');
  await says(viewer, /^Steered by bernd/);
  await wall.keyboard.press('ArrowUp');
  await says(wall, /bernd steers this camera, and has it for \d+ s/);
  expect(await viewer.getByRole('button', { name: 'Steer' }).count()).toBe(0);
  await camera.say({ covered: 'moving' });
  await says(viewer, 'Covered while the camera moves');
  await camera.say({ covered: undefined });

  await wall.keyboard.press('Escape');
  await wall.locator('.enlarged').waitFor();
  await wall.keyboard.press('Escape');
  await wall.locator('.enlarged').waitFor({ state: 'detached' });
  await expect.poll(() => focused(wall)).toBe(`${zone}, STREAMING`);
});

test('nothing moves by itself when the connection comes back, and a camera that is lost is said', async () => {
  const { door, url } = await CuttableDoor.before(server.url);
  try {
    const page = await open('anna', atConsole, url);
    await steer(page);
    await page.keyboard.down('ArrowLeft');
    await moves();
    door.cut();
    await stops(); // by the server
    await says(page, 'Press again once it is back.');
    door.mend();
    await pill(page, 'STREAMING');
    await page.keyboard.down('ArrowLeft'); // it repeats itself
    await page.waitForTimeout(700);
    expect(camera.last).toBe('stop');
    await page.keyboard.up('ArrowLeft');
    await page.keyboard.down('ArrowLeft');
    await moves();
    await camera.lose();
    await says(page, 'This camera cannot be steered now.');
    expect(await page.evaluate(() => document.activeElement?.tagName)).not.toBe('BODY');
    expect(await page.getByRole('button', { name: 'Steer' }).count()).toBe(0);
  } finally {
    door.close();
  }
});
