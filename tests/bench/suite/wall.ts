/** Benchmark `wall`: what a wall of sixteen costs, and how fast it follows the viewer. */
import type { Browser } from 'playwright-core';
import { launchBrowser, mediaBytes } from '../../support/browser.ts';
import { LightPublisher } from '../../support/peers/publisher.ts';
import { recordedClip } from '../../support/peers/recorder.ts';
import { LightWatcher } from '../../support/peers/watcher.ts';
import { startServer, type RunningServer } from '../../support/server.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { cpuTime, pause } from '../measure/cpu.ts';
import { spread } from '../measure/quantiles.ts';
import { openWall, untilAllMove, untilPicture, untilWide } from '../measure/wall-page.ts';

const zones = Array.from({ length: 16 }, (_, index) => `WALL-CAM-${index + 1}`);
const [first = ''] = zones;
const linger = 500; // ms; shorter than the default, so that layers fall asleep between runs
/** After this a layer is asleep, and the media worker has noticed, which takes it 1.5 s; ms. */
const fallenAsleep = linger + 2500;
const topTile = { width: 1920, height: 1080, visible: true, focused: false };

async function run(bench: Bench): Promise<void> {
  const seconds = bench.full ? 10 : 2;
  const runs = bench.full ? zones.length : 2;
  bench.condition('clip', 'recorded from Chromium: VP8, 320×180, 640×360, 1280×720');
  bench.condition('wall', `Chromium, 1440×900, 16 tiles, ${seconds} s`);
  bench.condition('camera.linger', `${linger} ms`);
  const clip = await recordedClip();
  const [server, browser] = await Promise.all([
    startServer({ CAMERA_WARM_UP: '500', CAMERA_LINGER: `${linger}` }),
    launchBrowser(),
  ]);
  const cameras: LightPublisher[] = [];
  try {
    for (const zone of zones) cameras.push(await LightPublisher.start(server.url, zone, clip));
    await measureUplink(bench, server, cameras[0], seconds);
    await measureWaking(bench, server, runs);
    await measureDelivery(bench, server, browser, seconds);
    await measureChanges(bench, server, browser, bench.full ? runs : 1);
  } finally {
    for (const camera of cameras) camera.close();
    await browser.close();
    await server.stop();
  }
}

/** What one camera uploads with nobody, one and sixteen large viewers. */
async function measureUplink(
  bench: Bench,
  server: RunningServer,
  camera: LightPublisher | undefined,
  seconds: number,
): Promise<void> {
  const sent = (): number => (camera?.layers ?? []).reduce((sum, { bytes }) => sum + bytes, 0);
  const watchers: LightWatcher[] = [];
  const how = `RTP payload over ${seconds} s`;
  try {
    for (const count of bench.full ? [0, 1, 16] : [0, 16]) {
      bench.progress(`uplink with ${count} watchers`);
      while (watchers.length < count) {
        const watcher = new LightWatcher(server.url);
        watchers.push(watcher);
        await watcher.watch(first);
        await watcher.connected();
      }
      await pause(1000);
      const before = sent();
      await pause(seconds * 1000);
      const value = ((sent() - before) * 8) / seconds / 1e6;
      bench.figure({ what: `camera’s upload, ${count} watchers`, value, unit: 'Mbit/s', how });
    }
  } finally {
    for (const watcher of watchers) watcher.close();
  }
}

/** How long a first watcher waits, whose camera sends nothing yet. */
async function measureWaking(bench: Bench, server: RunningServer, runs: number): Promise<void> {
  const waits: number[] = [];
  for (const [index, zone] of zones.slice(-runs).entries()) {
    bench.progress(`first watcher of a sleeping camera, ${index + 1} of ${runs}`);
    const watcher = new LightWatcher(server.url);
    try {
      await watcher.client.connected();
      await watcher.watch(zone);
      while (watcher.received().keyFrames === 0) await pause(1);
      waits.push(performance.now() - watcher.askedAt);
    } finally {
      watcher.close();
    }
  }
  bench.figure({
    what: 'first watcher of a sleeping camera, watch to key frame',
    ...spread(waits),
    unit: 'ms',
    how: `median of ${runs} joins, of a camera each`,
    goal: { atMost: 500 },
  });
}

/**
 * What a wall of sixteen receives and costs, adapted to its tiles and with everything at the top. For the
 * latter a light watcher takes its place, since no browser here decodes that much.
 */
async function measureDelivery(
  bench: Bench,
  server: RunningServer,
  browser: Browser,
  seconds: number,
): Promise<void> {
  bench.progress('wall of 16, adapted');
  const page = await openWall(browser, server.url, zones);
  await untilWide(page, 320);
  await pause(1000);
  const adapted = await delivered(
    server,
    async () => (await mediaBytes(page)).received,
    seconds,
    (what, value, unit) =>
      bench.figure({ what: `${what}, adapted`, value, unit, how: `${seconds} s, Chromium` }),
  );
  await page.context().close();

  bench.progress('wall of 16, all at the top layer');
  const watcher = new LightWatcher(server.url);
  try {
    await watcher.watch(zones.map((zone) => ({ ...topTile, zone })));
    await watcher.connected();
    while ([...watcher.streams.values()].some(({ width }) => width < 1280)) await pause(50);
    await pause(1000);
    const top = await delivered(
      server,
      async () => watcher.received().bytes,
      seconds,
      (what, value, unit) =>
        bench.figure({
          what: `${what}, all at the top layer`,
          value,
          unit,
          how: `${seconds} s, a light watcher`,
        }),
    );
    bench.figure({
      what: 'received, adapted over all at the top',
      value: adapted / top,
      unit: '',
      how: 'ratio of the same run',
      goal: { atMost: 0.25 },
    });
  } finally {
    watcher.close();
  }
}

/** @returns Mbit/s */
async function delivered(
  server: RunningServer,
  received: () => Promise<number>,
  seconds: number,
  tell: (what: string, value: number, unit: string) => void,
): Promise<number> {
  const processes = server.pids();
  const cpu = (): number => processes.reduce((sum, pid) => sum + cpuTime(pid), 0);
  const before = { at: performance.now(), bytes: await received(), cpu: cpu() };
  await pause(seconds * 1000);
  const bytes = (await received()) - before.bytes;
  const time = performance.now() - before.at;
  const rate = (bytes * 8) / time / 1000;
  tell('received', rate, 'Mbit/s');
  tell('server CPU', ((cpu() - before.cpu) / time) * 100, '% of a core');
  return rate;
}

/**
 * How long a tile takes to change its layer, and to come back from a pause. Each run enlarges another tile,
 * whose top layer has been asleep all the time, or is awake for another viewer.
 */
async function measureChanges(
  bench: Bench,
  server: RunningServer,
  browser: Browser,
  runs: number,
): Promise<void> {
  const page = await openWall(browser, server.url, zones);
  await untilWide(page, 320);
  const others: LightWatcher[] = [];
  try {
    for (const awake of [false, true]) {
      const state = awake ? 'awake for another viewer' : 'asleep';
      for (const zone of awake ? zones : []) {
        const other = new LightWatcher(server.url);
        others.push(other);
        await other.watch(zone);
        await other.connected();
      }
      await pause(fallenAsleep); // what is young, mediasoup does not show yet
      const times: Record<Change, number[]> = { raise: [], lower: [], resume: [] };
      for (let run = 0; run < runs; run += 1) {
        bench.progress(`layer changes, layers ${state}, ${run + 1} of ${runs}`);
        const zone = zones[run] ?? '';
        await page.getByRole('button', { name: `${zone}, ` }).focus();
        times.raise.push(await untilPicture(page, 'Enter', zone, { least: 1280 }));
        await pause(awake ? 500 : fallenAsleep);
        const [lower, resume] = await Promise.all([
          untilPicture(page, undefined, zone, { most: 640 }),
          untilAllMove(page, 'Escape'),
        ]);
        times.lower.push(lower);
        times.resume.push(resume);
        await untilWide(page, 320);
      }
      reportChanges(bench, times, state, runs);
    }
  } finally {
    for (const other of others) other.close();
    await page.context().close();
  }
}

type Change = 'raise' | 'lower' | 'resume';

function reportChanges(
  bench: Bench,
  times: Record<Change, number[]>,
  state: string,
  runs: number,
): void {
  const figures = [
    { what: 'enlarge, to the top layer', values: times.raise, goal: 1000 },
    { what: 'shrink, to a lower layer', values: times.lower, goal: undefined },
    { what: 'resume of paused tiles, the last of them', values: times.resume, goal: 300 },
  ];
  for (const { what, values, goal } of figures) {
    bench.figure({
      what: `${what}; layers ${state}`,
      ...spread(values),
      unit: 'ms',
      how: `median of ${runs}, key press to frame, a tile each`,
      ...(goal ? { goal: { atMost: goal } } : {}),
    });
  }
}

export default {
  name: 'wall',
  question:
    'What does a wall of sixteen feeds receive and cost, and how fast does it follow the eye?',
  run,
} satisfies Benchmark;
