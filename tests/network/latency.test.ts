/** The age of the picture that the console tells, where the network takes a good part of it. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { median } from '../bench/measure/quantiles.ts';
import { filmTime, readLatency } from '../bench/measure/time-code.ts';
import {
  chromiumProgram,
  figure,
  framesFlow,
  launchBrowser,
  newTab,
  openConsole,
  pill,
} from '../support/browser.ts';
import { Lab } from '../support/lab.ts';
import { testWith } from '../support/prerequisites.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const test = testWith(['ip', 'tc', 'nft', 'nsenter', 'socat'], { namespaces: true });
const delay = 100; // ms, each way of each host
const goal = 15; // ms
let lab: Lab<'server' | 'camera' | 'operator'>;
let server: RunningServer;
let browsers: Browser[] = [];

beforeAll(async () => {
  lab = new Lab(['server', 'camera', 'operator']);
  const { hosts } = lab;
  server = await startServer(
    { HTTP_HOST: hosts.server.address, MEDIA_LISTEN: hosts.server.address, MEDIA_WORKERS: '1' },
    { prefix: hosts.server.prefix },
  );
  browsers = await Promise.all(
    [hosts.camera, hosts.operator].map((host) =>
      launchBrowser([], true, lab.launcher(host, chromiumProgram)),
    ),
  );
});
afterAll(async () => {
  await Promise.all([...browsers.map((browser) => browser.close()), server?.stop()]);
  lab?.close();
});

test(`with ${delay} ms of delay, Latency is told to ${goal} ms`, async () => {
  const [cameras, operators] = browsers;
  if (!cameras || !operators) throw new Error('the browsers are not there');
  const zone = 'FAR-CAM-01';
  const { camera, operator, server: host } = lab.hosts;
  await lab.delay(host, delay, camera, operator);
  const page = await newTab(cameras);
  await filmTime(page, 640, 360);
  await page.goto(`${server.url}/?zone=${zone}&role=camera&start=1`);
  await pill(page, 'STREAMING', 30_000);
  const viewer = await openConsole(operators, server.url, { zone, role: 'operator' });
  await framesFlow(viewer, 60, 40_000);
  const off: number[] = [];
  for (let reading = 0; reading < 5; reading += 1) {
    const read = median(await readLatency(viewer, 3));
    const told = parseInt(await figure(viewer, 'Latency'), 10);
    off.push(Math.abs(told - read));
    console.log(`Latency is ${told} ms on the console, ${read.toFixed(0)} ms in the picture`);
  }
  expect(median(off)).toBeLessThanOrEqual(goal);
});
