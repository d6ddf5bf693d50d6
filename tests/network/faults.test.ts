/**
 * What an operator sees of a bad network, and how soon it is over. Each row of docs/network.md is one
 * of these tests; they assert that the picture comes back by itself, and print the figures.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { projectFolder } from '../../server/config.ts';
import { framesFlow, openConsole, pill } from '../support/browser.ts';
import { FarApart } from '../support/far-apart.ts';
import { frameHistory, watchFrames, type Shown } from '../support/frames.ts';
import { testWith } from '../support/prerequisites.ts';

const test = testWith(['ip', 'tc', 'nft', 'nsenter', 'socat'], { namespaces: true });
const lasts = 12_000; // ms that a fault is kept up
const settles = 4_000; // ms after which a fault's picture is judged
const layersAt1280 = new Map([
  [1280, 'r2 (1280×720)'],
  [640, 'r1 (640×360)'],
  [320, 'r0 (320×180)'],
]);
const rows: string[] = [];
let scene: FarApart;
let lab: FarApart['lab'];
let operator: Page;
let camera: Page;
let zones = 0;

beforeAll(async () => {
  scene = await FarApart.start();
  ({ lab } = scene);
});
beforeEach(async () => {
  const { browsers, server } = scene;
  const zone = `FAULT-${(zones += 1)}`;
  camera = await openConsole(browsers.camera, server.url, { zone, role: 'camera' });
  await pill(camera, 'STREAMING');
  operator = await openConsole(browsers.operator, server.url, { zone, role: 'operator' });
  await framesFlow(operator);
  await topLayer();
});
afterEach(async () => {
  lab.heal();
  await scene.closeTabs();
});
afterAll(async () => {
  await scene?.close();
  const folder = path.join(projectFolder, 'tests/network/results');
  mkdirSync(folder, { recursive: true });
  const head = [
    '| fault | longest freeze | frames missing | layer | back after |',
    '| --- | --- | --- | --- | --- |',
  ];
  const table = `${[...head, ...rows].join('\n')}\n`;
  writeFileSync(path.join(folder, 'faults.md'), table);
  console.log(table);
});

/** Waits until the operator gets the camera's full size. */
async function topLayer(timeout = 60_000): Promise<void> {
  await expect
    .poll(() => operator.evaluate(() => document.querySelector('video')?.videoWidth), {
      timeout,
    })
    .toBe(1280);
}

const wait = (duration: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, duration));

/**
 * Makes a fault, lifts it, and waits for the picture; then writes the row.
 * @param keepUp how long the fault lasts, ms; 0 for one that is over at once
 * @param patience until the top layer is back, ms
 * @returns the longest time without a frame, and from the end of the fault to the full picture; ms
 */
async function suffer(
  name: string,
  keepUp: number,
  make: () => void | Promise<void>,
  patience?: number,
): Promise<{ freeze: number; back: number }> {
  await wait(3000); // as a session that has lasted
  const before = await filmed();
  await watchFrames(operator);
  const begun = Date.now();
  await make();
  await wait(keepUp);
  lab.heal();
  const lifted = Date.now();
  await framesFlow(operator, 10, 60_000);
  await pill(operator, 'STREAMING', 30_000);
  await topLayer(patience);
  await wait(1000);
  const { frames } = await frameHistory(operator);
  const count = (await filmed()) - before;
  const rate = count / (Date.now() - begun);
  const until = Math.max(lifted, begun + settles);
  const during = frames.filter(({ at }) => at >= begun && at < until);
  const settled = during.filter(({ at }) => at >= begun + settles);
  const expected = (until - begun) * rate;
  // A preview that was attached anew has begun to count again.
  const missing =
    count < 0 ? '–' : `${(100 * Math.max(0, 1 - during.length / expected)).toFixed(0)} %`;
  const freeze = longestGap(frames, begun);
  // A fault that is over at once leaves pictures behind that were on their way; they do not count.
  const from = keepUp === 0 ? freeze.until : lifted;
  const back = frames.find(({ at, width }) => at >= from && width === 1280);
  rows.push(
    `| ${name} | ${freeze.lasted.toFixed(0)} ms | ${missing} | ${layerOf(settled)} | ${seconds((back?.at ?? Number.NaN) - lifted)} |`,
  );
  return { freeze: freeze.lasted, back: (back?.at ?? Number.NaN) - lifted };
}

/** Frames that the camera has filmed so far: a busy machine's gives fewer in a second, whatever the network does. */
function filmed(): Promise<number> {
  return camera.evaluate(
    () => document.querySelector('video')?.getVideoPlaybackQuality().totalVideoFrames ?? 0,
  );
}

/** The longest time without a new frame; ms, and ms since the epoch. */
function longestGap(frames: Shown[], from: number): { lasted: number; until: number } {
  const times = [from, ...frames.map(({ at }) => at).filter((at) => at >= from)];
  const gaps = times.slice(1).map((until, index) => ({
    lasted: until - (times[index] ?? until),
    until,
  }));
  return gaps.reduce((longest, gap) => (gap.lasted > longest.lasted ? gap : longest));
}

/** The layer that most of the frames were of. */
function layerOf(frames: Shown[]): string {
  const counts = new Map<number, number>();
  for (const { width } of frames) counts.set(width, (counts.get(width) ?? 0) + 1);
  const [width] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [];
  return width === undefined ? 'none' : (layersAt1280.get(width) ?? `${width} px`);
}

function seconds(duration: number): string {
  return `${(duration / 1000).toFixed(1)} s`;
}

// A machine that is short of time misses frames by itself; what is to be sent again: tests/server/lost-packets.test.ts.
test.each([1, 5, 10])('one packet in a hundred lost each way, times %i', async (percent) => {
  await suffer(`${percent} % loss each way`, lasts, () => lab.lose(lab.hosts.operator, percent));
});

test('200 ms of delay', async () => {
  await suffer('200 ms delay', lasts, () => lab.delay(lab.hosts.operator, 200));
});

test('300 kbit/s', async () => {
  const cap = (): void => lab.cap(lab.hosts.operator, '300kbit');
  // The goal is 8 s (tests/long/shortages.test.ts). For 10 s after its last fall mediasoup lets no viewer rise.
  expect((await suffer('300 kbit/s cap', lasts, cap)).back).toBeLessThan(15_000);
});

// Ten times each: tests/long/address-changes.test.ts.
test.each(['operator', 'camera'] as const)(
  'the %s gets another address in the middle of the session',
  async (who) => {
    const move = (): void => lab.readdress(lab.hosts[who]);
    expect((await suffer(`${who} changes address`, 0, move)).freeze).toBeLessThan(4000);
  },
);

test.each(['operator', 'camera'] as const)('10 s without a network for the %s', async (who) => {
  await suffer(`${who} cut off for 10 s`, 10_000, () => {
    lab.drop(`ip saddr ${lab.hosts[who].address}`);
    lab.drop(`ip daddr ${lab.hosts[who].address}`);
  });
});
