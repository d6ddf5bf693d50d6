/** The whole way once, with real browsers: camera, operators, and the form between them. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  closeTabs,
  figure,
  framesFlow,
  launchBrowser,
  openConsole,
  pill,
} from '../support/browser.ts';
import { startServer, type RunningServer } from '../support/server.ts';

let server: RunningServer;
let browser: Browser;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
});
afterEach(() => closeTabs(browser));
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
});

test('a camera publishes and an operator sees its picture and figures', async () => {
  const camera = await openConsole(browser, server.url, { zone: 'cbd-traffic-01', role: 'camera' });
  await pill(camera, 'STREAMING');
  const operator = await openConsole(browser, server.url, {
    zone: 'CBD-TRAFFIC-01',
    role: 'operator',
  });
  await framesFlow(operator);
  await pill(operator, 'STREAMING');
  await expect.poll(() => figure(operator, 'Bitrate'), { timeout: 10_000 }).toMatch(/bit\/s/);
  expect(await figure(operator, 'Zone')).toBe('CBD-TRAFFIC-01');
  expect(await figure(operator, 'ICE Path')).toMatch(/^(host|srflx|prflx|relay) (udp|tcp)$/);
  expect(await figure(operator, 'Encryption')).toMatch(/^DTLS 1\.[23] · (SRTP_)?(AEAD_)?AES/);
  expect(await figure(operator, 'RTT')).toMatch(/^[\d.]+ ms$/);
  expect(await figure(operator, 'Resolution')).toMatch(/^\d+×\d+$/);
  await expect.poll(() => camera.locator('.viewers strong').textContent()).toBe('1');
});

test('three operators watch one zone over a single upload', async () => {
  const camera = await openConsole(browser, server.url, { zone: 'THREE-01', role: 'camera' });
  const operators = await Promise.all(
    [1, 2, 3].map(() => openConsole(browser, server.url, { zone: 'THREE-01', role: 'operator' })),
  );
  await Promise.all(operators.map((page) => framesFlow(page)));
  await expect.poll(() => camera.locator('.viewers strong').textContent()).toBe('3');
});

test('an operator who came first gets the picture when the camera comes', async () => {
  const operator = await openConsole(browser, server.url, { zone: 'EARLY-01', role: 'operator' });
  await pill(operator, 'WAITING FOR CAMERA');
  const camera = await openConsole(browser, server.url, { zone: 'EARLY-01', role: 'camera' });
  await framesFlow(operator);
  await camera.getByRole('button', { name: 'End Session' }).click();
  await pill(operator, 'WAITING FOR CAMERA', 2000);
});

test('an operator changes zone by click and by arrow key, over the same transport', async () => {
  await Promise.all(
    ['SWITCH-A-01', 'SWITCH-B-02'].map(async (zone) =>
      pill(await openConsole(browser, server.url, { zone, role: 'camera' }), 'STREAMING'),
    ),
  );
  const operator = await openConsole(browser, server.url, {
    zone: 'SWITCH-A-01',
    role: 'operator',
  });
  await framesFlow(operator);
  await operator.getByRole('button', { name: /SWITCH-B-02/ }).click();
  await expect.poll(() => figure(operator, 'Zone')).toBe('SWITCH-B-02');
  await framesFlow(operator);
  await operator.keyboard.press('ArrowUp');
  await expect.poll(() => figure(operator, 'Zone')).toBe('SWITCH-A-01');
  await framesFlow(operator);
  await pill(operator, 'STREAMING');
  // A live zone of the list is watched by a click, also after the end.
  await operator.getByRole('button', { name: 'End Session' }).click();
  await pill(operator, 'DISCONNECTED');
  await operator.getByRole('button', { name: /SWITCH-B-02/ }).click();
  await pill(operator, 'STREAMING');
  await expect.poll(() => figure(operator, 'Zone')).toBe('SWITCH-B-02');
});

test('a second camera is refused, and the first goes on', async () => {
  const first = await openConsole(browser, server.url, { zone: 'ONLY-01', role: 'camera' });
  await pill(first, 'STREAMING');
  const second = await openConsole(browser, server.url, { zone: 'ONLY-01', role: 'camera' });
  await pill(second, 'FAILED');
  await second.getByText('Zone occupied by another camera').waitFor();
  await pill(first, 'STREAMING');
});

test('a zone that is ended can be started again with the form', async () => {
  const page = await openConsole(browser, server.url, { zone: 'FORM-01', role: 'operator' });
  await pill(page, 'WAITING FOR CAMERA');
  await page.getByRole('button', { name: 'End Session' }).click();
  await pill(page, 'DISCONNECTED');
  await page.getByLabel('Zone Identifier').fill('form-02');
  await page.getByLabel('System Role').selectOption({ label: 'Edge Gateway – Camera Node' });
  await page.getByLabel('Zone Identifier').press('Enter');
  await pill(page, 'STREAMING');
  await page.getByRole('heading', { name: 'Edge Node Feed' }).waitFor();
});

test.each(['h264', 'vp9', 'av1'])('a camera may send %s', async (codec) => {
  const zone = `CODEC-${codec}`;
  await openConsole(browser, server.url, { zone, role: 'camera', query: `&codec=${codec}` });
  const operator = await openConsole(browser, server.url, { zone, role: 'operator' });
  await framesFlow(operator, 5, 30_000);
});
