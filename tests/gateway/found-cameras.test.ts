/** Administration → Cameras: a camera is found instead of typed, chosen, tried, added and watched. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { CameraFacts } from '../../server/contract/onvif.ts';
import { faults } from '../support/axe.ts';
import { closeTabs, framesFlow, newTab, openConsole } from '../support/browser.ts';
import { Scene } from '../support/gateway/scene.ts';
import { startOnvifDevice, type Bent, type OnvifDevice } from '../support/onvif/device.ts';
import { answerProbes } from '../support/onvif/discovered.ts';
import { mediaService, type DeviceProfile } from '../support/onvif/media-service.ts';

const login = { user: 'operator', password: 'correct horse' };
let scene: Scene;
let device: OnvifDevice;
let browser: Browser;
let stop: () => void;
/** What the device answers in place of profiles. */
let bent: Bent;

beforeAll(async () => {
  scene = await Scene.begin({
    streams: { '/main': 'main', '/sub': 'sub' },
    file: async () => ({ cameras: [] }),
  });
  // It names an address of another network, and gives both profiles one name.
  const url = (path: string): string => scene.camera.url(path).replace('127.0.0.1', '10.9.8.7');
  const profiles: DeviceProfile[] = [
    { token: 'p2', name: 'Video', url: url('/sub'), width: 640, height: 360, keyEvery: 25 },
    { token: 'p1', name: 'Video', url: url('/main'), width: 1280, height: 720, keyEvery: 100 },
  ];
  device = await startOnvifDevice({
    services: [mediaService(1, { profiles }), mediaService(2, { profiles })],
    ...{ login, clockAhead: 86_400_000 },
    bend: (operation) => (operation === 'GetProfiles' ? bent : undefined),
  });
  stop = await answerProbes({ url: device.url, name: 'Quay camera' });
  browser = await scene.browser();
});
afterEach(() => closeTabs(browser));
afterAll(async () => {
  stop?.();
  await scene?.end();
  await device?.close();
});

async function camerasPage(): Promise<Page> {
  const known = async (): Promise<string> =>
    (await fetch(`${scene.server.url}/api/gateways`)).text();
  await expect.poll(known).toContain('"connected":true');
  const page = await newTab(browser);
  await page.goto(`${scene.server.url}/admin#cameras`);
  await page.getByRole('heading', { name: 'site', exact: true }).waitFor();
  return page;
}

test('a camera is found, asked, set to a key frame a second, added, and seen', async () => {
  const page = await camerasPage();
  await page.getByRole('button', { name: 'Find cameras of site' }).click();
  const found = page.getByRole('button', { name: /Set up Quay camera at 127\.0\.0\.1/ });
  await found.waitFor();
  expect(await faults(page)).toEqual([]);
  await found.press('Enter');
  // The keyboard goes on where a person does.
  await page.keyboard.type(login.user);
  expect(await page.getByLabel('User').inputValue()).toBe(login.user);
  await page.getByLabel('Password').fill('wrong');
  await page.getByRole('button', { name: 'Ask the camera' }).click();
  await page.getByText('The camera refuses the user or the password.').waitFor();
  await page.getByLabel('Password').fill(login.password);
  await page.getByRole('button', { name: 'Ask the camera' }).click();
  await page.getByText('The camera has answered: choose its streams.').waitFor();
  await page.getByText('The camera’s clock is 24 hours ahead').waitFor();
  await page.getByText('It names 10.9.8.7 as its own address, which is not used.').waitFor();
  expect(await page.getByLabel('Main stream from').inputValue()).toBe('p1');
  expect(await page.getByLabel('Sub stream from').inputValue()).toBe('p2');
  expect(await faults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Set to 1 s: key frames of Video (p1)' }).click();
  await page.getByText('The camera has taken it.').waitFor();
  expect(await page.getByText('key frame every 4.0 s').count()).toBe(0);
  await page.getByRole('button', { name: 'Set to no B-frames (Baseline): Video (p1)' }).click();
  await page.getByText('H264 Baseline').first().waitFor();
  await page.getByRole('button', { name: 'Use these streams' }).click();
  await page.getByLabel('Name', { exact: true }).fill('quay');
  await page.getByLabel('Zone').fill('site-quay-01');
  expect(await page.getByLabel('Main stream').inputValue()).toBe(scene.camera.url('/main'));
  await page.getByRole('button', { name: 'Save the camera' }).click();
  const quay = page.getByRole('row', { name: /^quay/ });
  await quay.waitFor();
  const viewer = await openConsole(browser, scene.server.url, {
    ...{ zone: 'SITE-QUAY-01', role: 'operator' },
  });
  await framesFlow(viewer);
  await quay.getByText('The camera’s clock is 24 hours ahead').waitFor();
});

async function facts(url: string): Promise<CameraFacts> {
  const answer = await fetch(`${scene.server.url}/api/gateways/site/facts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: scene.server.url },
    body: JSON.stringify({ url, ...login }),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as CameraFacts;
}

test('what a camera may answer is a clear trouble, and the next question is answered again', async () => {
  const cases: [Bent, string][] = [
    [{ body: '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>' }, 'not-onvif'],
    [{ body: Buffer.alloc(8_000_000, '<a>') }, 'not-onvif'],
    [{ body: '<a>'.repeat(100_000) }, 'not-onvif'],
    ['hang', 'unreachable'],
    ['cut', 'unreachable'],
  ];
  for (const [answer, code] of cases) {
    bent = answer;
    const begin = performance.now();
    expect((await facts(device.url)).trouble?.code).toBe(code);
    expect(performance.now() - begin).toBeLessThan(10_000);
  }
  bent = undefined;
  expect((await facts(device.url)).profiles).toHaveLength(2);
  expect((await facts('http://10.1.2.3/onvif/device_service')).trouble?.code).toBe('wrong-network');
});
