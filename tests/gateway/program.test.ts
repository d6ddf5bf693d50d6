/** The gateway as a process, between a camera that speaks RTSP, the real server, and a real browser. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { figure, framesFlow, launchBrowser, openConsole } from '../support/browser.ts';
import { startGateway, type RunningGateway } from '../support/gateway/running-gateway.ts';
import { cameraClip } from '../support/rtsp/clips.ts';
import { startRtspServer, type RtspServer } from '../support/rtsp/server.ts';
import { startServer, type RunningServer } from '../support/server.ts';

let server: RunningServer;
let browser: Browser;
let camera: RtspServer;
let gateway: RunningGateway;

const zone = 'SITE-GATE-01';

beforeAll(async () => {
  const streams = { '/main': await cameraClip('main'), '/sub': await cameraClip('sub') };
  camera = await startRtspServer({ streams });
  server = await startServer({ TLS_ENABLED: 'false', CAMERA_WARM_UP: '1000' });
  browser = await launchBrowser();
  gateway = await startGateway({
    server: server.url,
    cameras: [{ name: 'gate', zone, url: camera.url('/main'), sub: camera.url('/sub') }],
  });
});
afterAll(async () => {
  await browser?.close();
  await gateway?.end();
  await server?.stop();
  await camera?.close();
});

/** What the gateway says of its camera. */
async function state(): Promise<string> {
  const { cameras } = await gateway.health();
  return Object.keys(cameras).join();
}

test('a viewer wakes the camera and sees it; without one nothing is pulled', async () => {
  await expect.poll(state, { timeout: 15_000 }).toBe('asleep');
  await expect.poll(() => camera.sessions).toBe(0);
  const page = await openConsole(browser, server.url, { zone, role: 'operator' });
  await framesFlow(page);
  // It begins with the layer whose key picture comes first.
  const patient = { timeout: 15_000 };
  await expect.poll(() => figure(page, 'Resolution'), patient).toMatch(/1280×720/);
  expect(camera.sessions).toBe(2);
  await expect.poll(state).toBe('live');
  await page.close();
  await expect.poll(() => camera.sessions, { timeout: 15_000 }).toBe(0);
  await expect.poll(state).toBe('asleep');
});
