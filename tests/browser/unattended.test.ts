/** Nobody sits at a camera: whatever stops it, it comes back by itself, or says what it waits for. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  closeTabs,
  framesFlow,
  keepingBrowser,
  launchBrowser,
  newTab,
  openConsole,
  pill,
} from '../support/browser.ts';
import { startCameraBrowser, type CameraBrowser } from '../support/camera-browser.ts';
import { makePluggable, plugIn, unplug } from '../support/pluggable.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { startServer, type RunningServer } from '../support/server.ts';

let server: RunningServer;
let browser: Browser;
let profile: string;

beforeAll(async () => {
  profile = mkdtempSync(path.join(tmpdir(), 'camera-profile-'));
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
});
afterEach(() => closeTabs(browser));
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
  await removeFolder(profile);
});

const cameraPage = (zone: string) => `${server.url}/?zone=${zone}&role=camera&start=1`;

async function pluggableCamera(zone: string, absent: ('audio' | 'video')[] = []): Promise<Page> {
  const camera = await newTab(browser);
  await makePluggable(camera, absent);
  await camera.goto(cameraPage(zone));
  return camera;
}

async function setMasks(page: Page, zone: string): Promise<void> {
  const points = [
    { x: 0, y: 0 },
    { x: 0.2, y: 0 },
    { x: 0.2, y: 0.2 },
  ];
  const answer = await page.request.put(`${server.url}/api/zones/${zone}`, {
    headers: { origin: server.url },
    data: { masks: [{ points }] },
  });
  expect(answer.status()).toBe(200);
}

test('a camera that is unplugged and plugged in again films again', async () => {
  const zone = 'PLUG-01';
  const camera = await pluggableCamera(zone);
  const operator = await openConsole(browser, server.url, { zone, role: 'operator' });
  await framesFlow(operator);
  await unplug(camera, 'video');
  await camera.getByText('Waiting for the camera device').waitFor();
  await pill(camera, 'RECONNECTING');
  await pill(operator, 'WAITING FOR CAMERA');
  await plugIn(camera, 'video');
  await pill(camera, 'STREAMING', 5000);
  await framesFlow(operator);
});

test('a camera page without a camera begins when one comes, whether or not it is told', async () => {
  const zone = 'PLUG-02';
  const camera = await pluggableCamera(zone, ['video']);
  await pill(camera, 'FAILED');
  await camera.getByText('Waiting for the camera device').waitFor();
  // While it waits for its camera it holds no place in the zone.
  const operator = await openConsole(browser, server.url, { zone, role: 'operator' });
  await pill(operator, 'WAITING FOR CAMERA');
  await plugIn(camera, 'video', false);
  await pill(camera, 'STREAMING', 15_000);
  await framesFlow(operator);
});

test('a session that a person started waits for its camera too, once it has worked', async () => {
  const camera = await newTab(browser);
  await makePluggable(camera);
  await camera.goto(`${server.url}/?zone=PLUG-03&role=camera`);
  await camera.getByRole('button', { name: 'Initialise Secure Session' }).click();
  await pill(camera, 'STREAMING');
  await unplug(camera, 'video');
  await pill(camera, 'RECONNECTING');
  await plugIn(camera, 'video');
  await pill(camera, 'STREAMING', 5000);
  await unplug(camera, 'video');
  await camera.getByText('Waiting for the camera device').waitFor();
  await camera.getByRole('button', { name: 'End Session' }).click();
  await pill(camera, 'DISCONNECTED');
});

test('a browser that is killed and started again takes its place back at once', async () => {
  const zone = 'KILLED-01';
  const url = cameraPage(zone);
  let camera: CameraBrowser = startCameraBrowser(profile, url);
  try {
    const operator = await openConsole(browser, server.url, { zone, role: 'operator' });
    await pill(operator, 'STREAMING');
    await camera.kill();
    await operator.waitForTimeout(600);
    camera = startCameraBrowser(profile, url);
    const filming = () =>
      server.log.filter(
        ({ msg, role, zone: of }) => msg === 'session started' && role === 'camera' && of === zone,
      );
    await expect.poll(() => filming().length, { timeout: 10_000 }).toBe(2);
    await framesFlow(operator, 10, 5000);
    await pill(operator, 'STREAMING');
    expect(filming()).toHaveLength(2); // never cut off, and nobody had to claim the place again
  } finally {
    await camera.kill();
  }
});

test('a spare stands by while the other camera lives, and takes over when that is gone', async () => {
  const zone = 'SPARE-01';
  const first = await openConsole(browser, server.url, { zone, role: 'camera' });
  const operator = await openConsole(browser, server.url, { zone, role: 'operator' });
  await pill(first, 'STREAMING');
  const spare = await openConsole(browser, server.url, { zone, role: 'camera' });
  await spare.getByText('Zone occupied by another camera').waitFor();
  await spare.getByText(/This camera stands by.* tried again in 5 s/).waitFor();
  await spare.waitForTimeout(6000);
  await pill(first, 'STREAMING');
  await first.close();
  await pill(spare, 'STREAMING', 4000);
  await framesFlow(operator);
  expect(server.log.filter((line) => line.msg === 'camera replaced' && line.zone === zone)).toEqual(
    [],
  );
});

test('the right to use the camera may come later', async () => {
  const strict = await launchBrowser(['--deny-permission-prompts'], false);
  try {
    const camera = await openConsole(strict, server.url, { zone: 'LATER-01', role: 'camera' });
    await pill(camera, 'FAILED');
    await camera.getByText('Waiting for the right to use the camera').waitFor();
    await camera.context().grantPermissions(['camera']);
    await pill(camera, 'STREAMING', 4000);
  } finally {
    await strict.close();
  }
});

test('sound that cannot be had never stops the picture', async () => {
  const zone = 'SOUND-01';
  const camera = await pluggableCamera(zone, ['audio']);
  const operator = await openConsole(browser, server.url, { zone, role: 'operator' });
  await framesFlow(operator);
  await camera.getByLabel('Send audio').check();
  await camera.getByText('No sound is sent: no microphone was found').waitFor();
  await pill(camera, 'STREAMING');
  await plugIn(camera, 'audio');
  const sound = operator.getByRole('button', { name: 'Sound on' });
  await sound.waitFor();
  await unplug(camera, 'audio');
  await camera.getByText('No sound is sent').waitFor();
  await sound.waitFor({ state: 'detached' });
  await framesFlow(operator);
  // Also when the camera begins anew while there is none.
  await unplug(camera, 'video');
  await plugIn(camera, 'video');
  await pill(camera, 'STREAMING', 5000);
  await camera.getByText('No sound is sent').waitFor();
  await framesFlow(operator);
  await plugIn(camera, 'audio');
  await sound.waitFor();
});

test('device, size and rate are kept, and another device is no substitute', async () => {
  const zone = 'KEPT-01';
  const folder = mkdtempSync(path.join(tmpdir(), 'two-cameras-'));
  const devices = (count: number) => [
    `--use-fake-device-for-media-stream=fps=10,device-count=${count}`,
  ];
  const filmedBy = (page: Page) =>
    page.evaluate(() => {
      const { srcObject } = document.querySelector('video') as HTMLVideoElement;
      return (srcObject as MediaStream | null)?.getVideoTracks()[0]?.label ?? '';
    });
  const heightOf = (page: Page) =>
    page.evaluate(() => document.querySelector('video')?.videoHeight);
  try {
    let gateway = await keepingBrowser(folder, devices(3));
    let camera = await gateway.newPage();
    await camera.goto(cameraPage(zone));
    await pill(camera, 'STREAMING');
    const device = camera.getByLabel('Camera device');
    await expect.poll(() => device.locator('option').count()).toBe(4);
    // The second one of Chromium's fakes gives a format that it does not encode.
    await device.selectOption({ index: 3 });
    await camera.getByLabel('Capture resolution').selectOption('640×360');
    await camera.getByLabel('Capture frame rate').selectOption('15');
    // What was chosen is kept from that moment, before the camera is even opened.
    const kept = await camera.evaluate(() => localStorage.getItem('surveillance-cameras'));
    expect(JSON.parse(kept ?? '')).toMatchObject([
      { zone, choice: { deviceId: await device.inputValue(), height: 360, frameRate: 15 } },
    ]);
    await expect.poll(() => filmedBy(camera), { timeout: 10_000 }).toContain('2');
    const label = await filmedBy(camera);
    // Chromium itself crashes at times when a page is loaded anew while it opens a fake camera.
    await expect.poll(() => heightOf(camera), { timeout: 10_000 }).toBe(360);
    await camera.waitForTimeout(1000);
    await camera.reload();
    await expect.poll(() => filmedBy(camera), { timeout: 10_000 }).toBe(label);
    expect(await camera.getByLabel('Capture frame rate').inputValue()).toBe('15');
    await setMasks(camera, zone);
    await gateway.close();

    // The one that was filmed with is missing when the computer starts again.
    gateway = await keepingBrowser(folder, devices(2));
    camera = await gateway.newPage();
    await camera.goto(cameraPage(zone));
    await camera.getByText('Waiting for the camera device').waitFor();
    await camera.waitForTimeout(3000);
    const operator = await openConsole(browser, server.url, { zone, role: 'operator' });
    await pill(operator, 'WAITING FOR CAMERA');
    // Whoever comes to it may choose another one.
    await camera.getByLabel('Camera device').selectOption('fake_device_0');
    await pill(camera, 'STREAMING', 5000);
    await gateway.close();
  } finally {
    await removeFolder(folder);
  }
});

test('masks that were drawn for one camera are not laid over the view of another', async () => {
  const zone = 'KEPT-02';
  const two = await launchBrowser(['--use-fake-device-for-media-stream=fps=10,device-count=3']);
  try {
    const camera = await openConsole(two, server.url, { zone, role: 'camera' });
    await pill(camera, 'STREAMING');
    await setMasks(camera, zone);
    await camera.getByText('1 privacy mask in force').waitFor();
    // The browser's choice is another one when the first is gone.
    await camera.addInitScript(() => {
      const { mediaDevices } = navigator;
      const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices);
      mediaDevices.getUserMedia = async (constraints = {}) => {
        const video = constraints.video as MediaTrackConstraints;
        const { exact } = (video.deviceId ?? {}) as ConstrainDOMStringParameters;
        const cameras = (await mediaDevices.enumerateDevices()).filter(
          ({ kind }) => kind === 'videoinput',
        );
        const third = cameras[2]?.deviceId ?? '';
        if (exact !== undefined && exact !== third) throw new DOMException('', 'NotFoundError');
        return getUserMedia({ video: { ...video, deviceId: { exact: third } } });
      };
    });
    await camera.reload();
    await camera.getByText('Waiting for').waitFor();
    const operator = await openConsole(browser, server.url, { zone, role: 'operator' });
    await pill(operator, 'WAITING FOR CAMERA');
    await camera.waitForTimeout(3000);
    await pill(operator, 'WAITING FOR CAMERA');
    await camera.getByLabel('Camera device').selectOption('fake_device_2');
    await pill(operator, 'STREAMING', 10_000);
  } finally {
    await two.close();
  }
});

test('a camera page keeps its screen awake, and takes the lock again when it is shown again or the system took it', async () => {
  const camera = await newTab(browser);
  await camera.addInitScript(() => {
    class Lock extends EventTarget {
      released = false;
      async release(): Promise<void> {
        this.released = true;
        this.dispatchEvent(new Event('release'));
      }
    }
    const taken: Lock[] = [];
    Object.assign(globalThis, { taken });
    navigator.wakeLock.request = async () => {
      const lock = new Lock();
      taken.push(lock);
      return lock as unknown as WakeLockSentinel;
    };
  });
  type Taken = { released: boolean; release(): Promise<void> }[];
  const locks = () =>
    camera.evaluate(() => {
      const { taken } = globalThis as unknown as { taken: Taken };
      return { held: taken.filter(({ released }) => !released).length, asked: taken.length };
    });
  await camera.goto(`${server.url}/?zone=AWAKE-01&role=camera`);
  await pill(camera, 'DISCONNECTED');
  expect(await locks()).toEqual({ held: 0, asked: 0 });
  await camera.getByRole('button', { name: 'Initialise Secure Session' }).click();
  await pill(camera, 'STREAMING');
  expect(await locks()).toEqual({ held: 1, asked: 1 });
  await camera.evaluate(async () => {
    const { taken } = globalThis as unknown as { taken: Taken };
    await taken[0]?.release();
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await expect.poll(locks).toEqual({ held: 1, asked: 2 });
  await camera.evaluate(() => (globalThis as unknown as { taken: Taken }).taken[1]?.release());
  await expect.poll(locks, { timeout: 5000 }).toEqual({ held: 1, asked: 3 });
  await camera.getByRole('button', { name: 'End Session' }).click();
  await expect.poll(locks).toEqual({ held: 0, asked: 3 });
});
