/** A camera with ONVIF as a person has it before them: its RTSP and its motor, the gateway as a process, the real server, the console. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newTab, openConsole } from '../support/browser.ts';
import { hasFfmpeg } from '../support/coded-pictures.ts';
import { Scene } from '../support/gateway/scene.ts';
import { rectangle } from '../support/masks.ts';
import { startOnvifDevice, type OnvifDevice } from '../support/onvif/device.ts';
import { mediaService } from '../support/onvif/media-service.ts';
import { PtzService } from '../support/onvif/ptz-service.ts';
import { placeWatch, watchPlaces } from '../support/place-frames.ts';

const zones = {
  dome: 'SITE-DOME-01',
  lane: 'SITE-LANE-02',
  fixed: 'SITE-FIXED-03',
  silent: 'SITE-SILENT-04',
} as const;
type Name = keyof typeof zones;
const names = Object.keys(zones) as Name[];
/** On a busy machine a camera may be asked for the first time in vain, and again after 15 s. */
const patient = { timeout: 25_000 };
const gate = { pan: 0, tilt: 0, zoom: 0 };

const motors = {
  dome: new PtzService({
    presets: { one: { name: 'Crossing', place: { pan: 0.3, tilt: 0, zoom: 0 } } },
  }),
  lane: new PtzService({ presets: { gate: { name: 'Gate', place: gate } } }),
};
const devices = {} as Record<Name, OnvifDevice>;
/** Whose ONVIF answers nothing. */
let silentNow: Name = 'silent';
let scene: Scene;

beforeAll(async () => {
  for (const name of names) {
    const ptz = name === 'dome' || name === 'lane' ? motors[name] : undefined;
    const profile = { width: 320, height: 180, keyEvery: 25, url: 'rtsp://127.0.0.1/stream' };
    const main = { ...profile, token: 'main', name: 'main', ...(ptz && { ptz: 'node' }) };
    devices[name] = await startOnvifDevice({
      services: [mediaService(1, { profiles: [main] }), ...(ptz ? [ptz] : [])],
      bend: () => (name === silentNow ? 'cut' : undefined),
    });
  }
  scene = await Scene.begin({
    streams: Object.fromEntries(names.map((name) => [`/${name}`, 'sub'] as const)),
    async file(camera, server) {
      for (const name of ['lane', 'fixed', 'silent'] as const) {
        await ask(server.url, 'POST', '/api/zones', { id: zones[name] });
        await ask(server.url, 'PUT', `/api/zones/${zones[name]}`, { masks: [rectangle] });
      }
      const bareHere = { name: 'Gate', position: gate, masks: [] };
      await ask(server.url, 'PUT', `/api/zones/${zones.lane}/presets/gate/masks`, bareHere);
      return {
        cameras: names.map((name) => ({
          ...{ name, zone: zones[name], url: camera.url(`/${name}`) },
          onvif: { url: devices[name].url, main: 'main' },
        })),
      };
    },
  });
});
afterAll(async () => {
  await scene?.end();
  await Promise.all(Object.values(devices).map((device) => device.close()));
});

async function ask(server: string, method: string, path: string, body: unknown): Promise<void> {
  const answer = await fetch(`${server}${path}`, {
    method,
    headers: { 'Content-Type': 'application/json', origin: server },
    body: JSON.stringify(body),
  });
  expect(answer.ok, await answer.text()).toBe(true);
}

async function watch(name: Name): Promise<Page> {
  const zone = zones[name];
  return openConsole(await scene.browser(), scene.server.url, { zone, role: 'operator' });
}

/** Each in a tab of its own, whose frames are looked at. */
function watchAll<T extends readonly Name[]>(
  all: readonly [...T],
): Promise<{ [K in keyof T]: Page }> {
  const open = async (name: Name): Promise<Page> => {
    const page = await watch(name);
    await watchPlaces(page);
    return page;
  };
  return Promise.all(all.map(open)) as Promise<{ [K in keyof T]: Page }>;
}

/** In steering, with the focus on the picture. */
async function steer(page: Page, name: Name): Promise<void> {
  await page.getByRole('button', { name: 'Steer', exact: true }).waitFor(patient);
  await page.keyboard.press('p');
  await page.getByRole('application', { name: `Picture of ${zones[name]}` }).waitFor();
}

const says = (page: Page, name: Name, words: string | RegExp): Promise<void> =>
  page
    .getByRole('group', { name: `Steering of ${zones[name]}` })
    .getByText(words)
    .first()
    .waitFor(patient);

/** Of the device `name`, the last one. @returns ms of `performance.now()` */
const last = (name: Name, operation: string): number =>
  devices[name].asked(operation).at(-1)?.at ?? -Infinity;

test('a key in the page turns the camera while it is held; a preset is called by its name, and the page says when it is there', async () => {
  const page = await watch('dome');
  await steer(page, 'dome');
  await page.keyboard.down('ArrowRight');
  await expect.poll(() => motors.dome.motor.place.pan, patient).toBeGreaterThan(0.1);
  expect(devices.dome.asked('ContinuousMove').length).toBeGreaterThan(0);
  const released = performance.now();
  await page.keyboard.up('ArrowRight');
  await expect.poll(() => last('dome', 'Stop'), patient).toBeGreaterThan(released);
  await expect.poll(() => motors.dome.motor.moves).toBe(false);
  await page.getByRole('button', { name: 'Presets' }).click();
  const list = page.getByRole('group', { name: 'Presets' });
  await list.getByRole('button', { name: 'Crossing' }).click();
  await expect.poll(() => devices.dome.asked('GotoPreset').length, patient).toBe(1);
  await says(page, 'dome', 'At Crossing');
  expect(motors.dome.motor.place.pan).toBeCloseTo(0.3, 2);
  await page.close();
});

/** The next frames of a page are of one colour all over, or of the clip with its colours. */
async function shows(page: Page, what: 'covered' | 'seen'): Promise<void> {
  let before = await placeWatch(page);
  const isShown = async (): Promise<boolean> => {
    const now = await placeWatch(page);
    if (what === 'seen') return now.bare.length > before.bare.length + 5;
    if (now.bare.length > before.bare.length) before = now;
    return now.last === 'covered' && now.covered > before.covered + 5;
  };
  await expect.poll(isShown, patient).toBe(true);
}

test.skipIf(!hasFfmpeg())(
  'a masked camera is covered while it moves, a fixed one is not; one whose ONVIF is silent is, and its row says why',
  async () => {
    const pages = await watchAll(['lane', 'fixed', 'silent']);
    const [lane, fixed, silent] = pages;
    await shows(fixed, 'seen');
    await shows(silent, 'covered');
    expect((await placeWatch(silent)).bare).toEqual([]);
    const cameras = await newTab(await scene.browser());
    await cameras.goto(`${scene.server.url}/admin#cameras`);
    const row = (name: Name) => cameras.getByRole('row', { name: new RegExp(`^${name}`) });
    const covered = /Nobody knows whether it turns/;
    await row('silent').getByText(covered).waitFor(patient);
    expect(await row('fixed').getByText(covered).count()).toBe(0);
    await cameras.close();
    await shows(lane, 'seen');
    await lane.bringToFront();
    await steer(lane, 'lane');
    await lane.keyboard.down('ArrowRight');
    await shows(lane, 'covered');
    await says(lane, 'lane', 'Covered while the camera moves');
    await lane.keyboard.up('ArrowRight');
    await shows(lane, 'covered');
    await lane.keyboard.press('1');
    await shows(lane, 'seen');
    await says(lane, 'lane', 'At Gate');
    await shows(fixed, 'seen');
    await Promise.all(pages.map((page) => page.close()));
  },
);

test('a gateway that is killed while a key is held: the camera stops by itself, and the page says that it cannot be steered', async () => {
  const page = await watch('dome');
  await steer(page, 'dome');
  const moves = devices.dome.asked('ContinuousMove').length;
  await page.keyboard.down('ArrowLeft');
  await expect.poll(() => devices.dome.asked('ContinuousMove').length).toBeGreaterThan(moves);
  scene.gateway.process.kill('SIGKILL');
  await expect.poll(() => motors.dome.motor.moves, { ...patient, interval: 20 }).toBe(false);
  // By the camera's own clock, 2 s after it was told last; without that it would go on for 10 s.
  expect(performance.now() - last('dome', 'ContinuousMove')).toBeLessThan(5000);
  await page.getByText('This camera cannot be steered now.').first().waitFor(patient);
  await page.keyboard.up('ArrowLeft');
  await page.close();
});

test.skipIf(!hasFfmpeg())(
  'begun anew, the gateway shows a masked camera of which it knows that it cannot turn, though its ONVIF is silent now',
  async () => {
    silentNow = 'fixed';
    await scene.gateway.restart('SIGKILL');
    const [page] = await watchAll(['fixed']);
    await shows(page, 'seen');
    await page.close();
  },
);
