/** Only what is seen is sent; only a real page knows what is seen. */
import { setTimeout } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  closeTabs,
  figure,
  framesFlow,
  launchBrowser,
  mediaRests,
  newTab,
  openConsole,
  pill,
} from '../support/browser.ts';
import { startServer, type RunningServer } from '../support/server.ts';

let server: RunningServer;
let browser: Browser;

beforeAll(async () => {
  [server, browser] = await Promise.all([
    startServer({ CAMERA_WARM_UP: '1000', CAMERA_LINGER: '500' }),
    launchBrowser(),
  ]);
});
afterEach(() => closeTabs(browser));
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
});

test('a camera that nobody watches sends nothing, and sends again when someone comes', async () => {
  const zone = 'ASLEEP-01';
  const camera = await openConsole(browser, server.url, { zone, role: 'camera' });
  await camera.getByText('On standby: nobody is watching').waitFor();
  await pill(camera, 'CONNECTED');
  await expect.poll(() => mediaRests(camera, 2000), { timeout: 15_000 }).toBe(true);

  const operator = await openConsole(browser, server.url, { zone, role: 'operator' });
  await framesFlow(operator);
  await pill(camera, 'STREAMING');
  await operator.close();
  await camera.getByText('On standby: nobody is watching').waitFor();
});

test('the layer follows the size of the picture, and the camera sends no higher one', async () => {
  const zone = 'SIZE-01';
  const camera = await openConsole(browser, server.url, { zone, role: 'camera' });
  const operator = await openConsole(browser, server.url, { zone, role: 'operator' });
  await expect.poll(() => figure(operator, 'Resolution'), { timeout: 20_000 }).toBe('1280×720');
  await operator.setViewportSize({ width: 340, height: 800 });
  await expect.poll(() => figure(operator, 'Resolution'), { timeout: 10_000 }).toBe('320×180');
  await camera.getByText('no viewer shows the picture large enough').waitFor();
  await operator.setViewportSize({ width: 1440, height: 900 });
  await expect.poll(() => figure(operator, 'Resolution'), { timeout: 15_000 }).toBe('1280×720');
  await framesFlow(operator);
});

test('a picture that becomes smaller while it is asked for gets the smaller layer', async () => {
  const zone = 'EARLY-01';
  await openConsole(browser, server.url, { zone, role: 'camera' });
  const operator = await newTab(browser);
  let told = Promise.resolve();
  await operator.routeWebSocket(/socket\.io/, (page) => {
    const socket = page.connectToServer();
    socket.onMessage((message) => {
      // What `watch` is answered comes when the window is smaller already.
      const smaller = String(message).startsWith('430')
        ? () => operator.setViewportSize({ width: 340, height: 800 }).then(() => setTimeout(500))
        : () => Promise.resolve();
      told = told.then(smaller).then(() => page.send(message));
    });
  });
  await operator.goto(`${server.url}/?zone=${zone}&role=operator&start=1`);
  await expect.poll(() => figure(operator, 'Resolution'), { timeout: 20_000 }).toBe('320×180');
});

test('a screen of more pixels gets a larger layer, though nothing on the page changes its size', async () => {
  const zone = 'PIXELS-01';
  await openConsole(browser, server.url, { zone, role: 'camera' });
  const operator = await openConsole(browser, server.url, { zone, role: 'operator' });
  const shown = (deviceScaleFactor: number) => ({
    width: 600,
    height: 800,
    deviceScaleFactor,
    mobile: false,
  });
  const devtools = await operator.context().newCDPSession(operator);
  await devtools.send('Emulation.setDeviceMetricsOverride', shown(1));
  await expect.poll(() => figure(operator, 'Resolution'), { timeout: 20_000 }).toBe('640×360');
  // A camera of a busy machine takes a while to encode its top layer.
  await devtools.send('Emulation.setDeviceMetricsOverride', shown(2));
  await expect.poll(() => figure(operator, 'Resolution'), { timeout: 20_000 }).toBe('1280×720');
  await devtools.send('Emulation.setDeviceMetricsOverride', shown(1));
  await expect.poll(() => figure(operator, 'Resolution'), { timeout: 10_000 }).toBe('640×360');
});

test('a picture in a hidden tab is not sent, and comes back with the tab', async () => {
  const zone = 'HIDDEN-01';
  const camera = await openConsole(browser, server.url, { zone, role: 'camera' });
  const operator = await openConsole(browser, server.url, { zone, role: 'operator' });
  await framesFlow(operator);
  // Headless tabs are never hidden by themselves.
  const hide = (hidden: boolean): Promise<void> =>
    operator.evaluate((value) => {
      Object.defineProperty(document, 'hidden', { configurable: true, value });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
  await hide(true);
  await camera.getByText('On standby: nobody is watching').waitFor();
  await expect.poll(() => mediaRests(operator, 1000), { timeout: 10_000 }).toBe(true);
  await hide(false);
  await framesFlow(operator);
  await pill(operator, 'STREAMING');
});
