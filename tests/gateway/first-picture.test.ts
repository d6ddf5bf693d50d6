/** A camera whose key frames are seconds apart: a newcomer sees its still, with its age, until the live picture comes. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { framesFlow, launchBrowser, openConsole } from '../support/browser.ts';
import { startGateway, type RunningGateway } from '../support/gateway/running-gateway.ts';
import { comeTo } from '../support/newcomer.ts';
import { cameraClip } from '../support/rtsp/clips.ts';
import { startRtspServer, type RtspServer } from '../support/rtsp/server.ts';
import { startServer, type RunningServer } from '../support/server.ts';

let server: RunningServer;
let browser: Browser;
let camera: RtspServer;
let gateway: RunningGateway;
const zone = 'SITE-SLOW-01';

beforeAll(async () => {
  camera = await startRtspServer({ streams: { '/main': await cameraClip('rareKeys') } });
  server = await startServer({ TLS_ENABLED: 'false', CAMERA_WARM_UP: '1000' });
  browser = await launchBrowser();
  gateway = await startGateway({
    server: server.url,
    cameras: [{ name: 'slow', zone, url: camera.url('/main') }],
  });
});
afterAll(async () => {
  await browser?.close();
  await gateway?.end();
  await server?.stop();
  await camera?.close();
});

test('whoever comes later sees the still at once, with its age, and then the live picture', async () => {
  const first = await openConsole(browser, server.url, { zone, role: 'operator' });
  await framesFlow(first);
  // By chance the next key frame comes at once, and there is nothing to bridge.
  let seen = await comeTo(browser, server.url, zone);
  for (let more = 0; more < 3 && seen.still === undefined; more += 1) {
    seen = await comeTo(browser, server.url, zone);
  }
  const [still, live] = [(seen.still ?? NaN) - seen.click, seen.live - seen.click];
  console.log(`still ${still.toFixed(0)} ms, live ${live.toFixed(0)} ms after the click`);
  expect(seen.age).toMatch(/^\s*Still of .+, \d+ s ago/);
  expect(still).toBeLessThan(live);
  expect(seen.left).toBe(false);
});
