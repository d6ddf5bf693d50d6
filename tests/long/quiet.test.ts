/** Ten minutes in which little or nothing is sent, and no connection is taken for lost. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, newTab, openConsole, pill } from '../support/browser.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const minutes = Number(process.env.QUIET_MINUTES ?? 10);
let server: RunningServer;
let browser: Browser;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
});
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
});

/** What an ICE restart or another connection would change. */
function connections(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { peerConnections } = globalThis as unknown as { peerConnections: RTCPeerConnection[] };
    const names = peerConnections
      .filter(({ connectionState }) => connectionState !== 'closed')
      .map(
        ({ localDescription }) => /a=ice-ufrag:\S+/.exec(localDescription?.sdp ?? '')?.[0] ?? '',
      );
    return [...names, ...Array.from(document.querySelectorAll('iframe'), () => 'a frame')];
  });
}

test(`a camera of one frame a second, its viewer, and a wall that sleeps: ${minutes} minutes`, async () => {
  const slow = await newTab(browser);
  await slow.addInitScript(() => {
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width: 1280, height: 720 });
    const context = canvas.getContext('2d');
    let frame = 0;
    setInterval(() => {
      if (!context) return;
      context.fillStyle = `hsl(${(frame += 1) * 40}, 60%, 50%)`;
      context.fillRect(0, 0, 1280, 720);
      context.fillStyle = 'white';
      context.fillRect((frame * 100) % 1200, 300, 80, 80);
    }, 1000);
    navigator.mediaDevices.getUserMedia = () => Promise.resolve(canvas.captureStream(1));
  });
  await slow.goto(`${server.url}/?zone=QUIET-01&role=camera&start=1`);
  await pill(slow, '(STREAMING|CONNECTED)');
  const viewer = await openConsole(browser, server.url, { zone: 'QUIET-01', role: 'operator' });
  await pill(viewer, 'STREAMING');
  const camera = await openConsole(browser, server.url, { zone: 'QUIET-02', role: 'camera' });
  await pill(camera, 'STREAMING');
  const wall = await newTab(browser);
  await wall.goto(`${server.url}/wall?zones=QUIET-02`);
  await wall.getByLabel('QUIET-02, STREAMING').waitFor();
  // Put to sleep: it is told to be hidden, whatever the test's browser shows.
  await wall.evaluate(() => {
    Object.defineProperty(document, 'hidden', { get: () => true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await pill(camera, 'CONNECTED'); // Nobody watches it any more.
  const pages = [slow, viewer, camera, wall];
  const before = await Promise.all(pages.map(connections));
  expect(before.map(({ length }) => length)).toEqual([1, 1, 1, 1]);
  await viewer.waitForTimeout(minutes * 60_000);
  expect(await Promise.all(pages.map(connections))).toEqual(before);
});
