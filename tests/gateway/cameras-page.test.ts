/** Administration → Cameras: what an administrator sees and sets of the cameras of a site. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { faults } from '../support/axe.ts';
import { closeTabs, framesFlow, newTab, openConsole } from '../support/browser.ts';
import { Scene } from '../support/gateway/scene.ts';
import { rectangle, setMasks } from '../support/masks.ts';
import { cameraCertificate } from '../support/rtsp/certificate.ts';
import { cameraClip } from '../support/rtsp/clips.ts';
import { startRtspServer, type RtspServer } from '../support/rtsp/server.ts';
import type { RunningServer } from '../support/server.ts';

let scene: Scene;
let browser: Browser;
let server: RunningServer;
let open: RtspServer;
let locked: RtspServer;

beforeAll(async () => {
  scene = await Scene.begin({
    streams: { '/main': 'main', '/sub': 'sub' },
    file: async (camera) => ({
      cameras: [{ name: 'gate', zone: 'SITE-GATE-01', label: 'Gate', url: camera.url('/main') }],
    }),
  });
  locked = await startRtspServer({
    streams: { '/main': await cameraClip('main'), '/sub': await cameraClip('sub') },
    access: { user: 'viewer', password: 'correct horse', schemes: ['md5'], qop: 'auth' },
  });
  ({ server, camera: open } = scene);
  browser = await scene.browser();
});
afterEach(() => closeTabs(browser));
afterAll(async () => {
  await scene?.end();
  await locked?.close();
});

async function camerasPage(): Promise<Page> {
  // Without accounts there is no tab before there is a gateway.
  const known = async (): Promise<string> => (await fetch(`${server.url}/api/gateways`)).text();
  await expect.poll(known).toContain('"connected":true');
  const page = await newTab(browser);
  await page.goto(`${server.url}/admin#cameras`);
  await page.getByRole('heading', { name: 'site', exact: true }).waitFor();
  return page;
}

test('a camera is added, tried on its gateway, and watched; its password is shown to nobody', async () => {
  const page = await camerasPage();
  const gate = page.getByRole('row', { name: /^gate/ });
  await gate.getByText('set in the gateway’s file').waitFor();
  await page.getByRole('button', { name: 'Add a camera to site' }).click();
  await page.getByLabel('Name', { exact: true }).fill('yard');
  await page.getByLabel('Zone').fill('site-yard-02');
  await page.getByLabel('Main stream').fill(locked.url('/main'));
  await page.getByLabel('Sub stream').fill(locked.url('/sub'));
  await page.getByLabel('User').fill('viewer');
  await page.getByLabel('Password').fill('correct horse');
  await page.getByRole('button', { name: 'Test' }).click();
  await page.getByText('The camera works.').waitFor();
  await page.getByRole('img', { name: 'What the camera shows now' }).waitFor();
  await page
    .getByRole('form')
    .getByText(/1280×720 · H264/)
    .waitFor();
  expect(await faults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Save the camera' }).click();
  await page.getByText('yard is saved.').waitFor();
  const yard = page.getByRole('row', { name: /^yard/ });
  await yard.getByText('asleep: nobody watches').waitFor();
  const viewer = await openConsole(browser, server.url, { zone: 'SITE-YARD-02', role: 'operator' });
  await framesFlow(viewer);
  await yard.getByText('live', { exact: true }).waitFor();
  await viewer.close();
  await yard.getByRole('button', { name: 'Edit: yard' }).click();
  expect(await page.getByLabel('Password').inputValue()).toBe('');
  expect(await page.content()).not.toContain('correct horse');
  const told = await (await fetch(`${server.url}/api/gateways`)).text();
  expect(told).toContain('"hasPassword":true');
  expect(told).not.toContain('correct horse');
});

test('what is wrong with a camera stands on its row, with what to do', async () => {
  const page = await camerasPage();
  await page.getByRole('button', { name: 'Add a camera to site' }).click();
  await page.getByLabel('Name', { exact: true }).fill('dock');
  await page.getByLabel('Zone').fill('SITE-DOCK-03');
  await page.getByLabel('Main stream').fill(locked.url('/main'));
  await page.getByLabel('User').fill('viewer');
  await page.getByLabel('Password').fill('wrong');
  await page.getByRole('button', { name: 'Test' }).click();
  await page
    .getByRole('alert')
    .getByText(/refuses the user or the password/)
    .waitFor();
  await page.getByRole('button', { name: 'Save the camera' }).click();
  const dock = page.getByRole('row', { name: /^dock/ });
  await dock.getByText('failed', { exact: true }).waitFor();
  await dock.getByText(/set the right ones/).waitFor();
  await dock.getByRole('button', { name: 'Remove: dock' }).click();
  await dock.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByText('dock is removed.').waitFor();
  await expect.poll(() => dock.count()).toBe(0);
});

test('where a zone has privacy masks, a test shows what the camera sends, and no bare picture', async () => {
  const page = await camerasPage();
  await page.evaluate(() =>
    fetch('/api/zones', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ id: 'SITE-HOUSE-04' }),
    }),
  );
  await setMasks(page, 'SITE-HOUSE-04', [rectangle]);
  await page.getByRole('button', { name: 'Add a camera to site' }).click();
  await page.getByLabel('Name', { exact: true }).fill('house');
  await page.getByLabel('Zone').fill('SITE-HOUSE-04');
  await page.getByLabel('Main stream').fill(open.url('/main'));
  await page.getByRole('button', { name: 'Test' }).click();
  await page
    .getByRole('form')
    .getByText(/1280×720 · H264/)
    .waitFor();
  await page.getByText('its bare picture is not shown here').waitFor();
  expect(await page.getByRole('img', { name: 'What the camera shows now' }).count()).toBe(0);
});

test('a certificate that nobody knows is shown, trusted by a person, and missed when it is another one', async () => {
  const streams = { '/main': await cameraClip('sub') };
  const [first, second] = [await cameraCertificate(), await cameraCertificate()];
  let secure = await startRtspServer({ streams, tls: first });
  const { port } = secure;
  const page = await camerasPage();
  try {
    await page.getByRole('button', { name: 'Add a camera to site' }).click();
    await page.getByLabel('Name', { exact: true }).fill('vault');
    await page.getByLabel('Zone').fill('SITE-VAULT-05');
    await page.getByLabel('Main stream').fill(secure.url('/main'));
    await page.getByRole('button', { name: 'Test' }).click();
    const form = page.getByRole('form');
    await form.getByText('certificate is not known').waitFor();
    await form.getByText(first.fingerprint, { exact: true }).waitFor();
    expect(await faults(page)).toEqual([]);
    expect(secure.requests).toEqual([]);
    await page.getByRole('button', { name: 'Trust this certificate' }).click();
    await page.getByText('The camera works.').waitFor();
    expect(await page.getByLabel('Its certificate').inputValue()).toBe(first.fingerprint);
    await page.getByRole('button', { name: 'Save the camera' }).click();
    const vault = page.getByRole('row', { name: /^vault/ });
    await vault.getByText('asleep: nobody watches').waitFor();

    await secure.close();
    secure = await startRtspServer({ streams, tls: second, port });
    const viewer = await openConsole(browser, server.url, {
      ...{ zone: 'SITE-VAULT-05', role: 'operator' },
    });
    await vault.getByText(/certificate is not trusted.*another one than the one/).waitFor();
    expect(secure.requests).toEqual([]);
    await vault.getByRole('button', { name: 'Edit: vault' }).click();
    await page.getByRole('button', { name: 'Test' }).click();
    await form.getByText('not the certificate that was trusted').waitFor();
    await page.getByRole('button', { name: 'Trust this certificate' }).click();
    await page.getByText('The camera works.').waitFor();
    await page.getByRole('button', { name: 'Save the camera' }).click();
    await framesFlow(viewer);
    await viewer.close();
  } finally {
    await secure.close();
  }
});
