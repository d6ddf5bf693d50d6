import type { Browser, Page } from 'playwright-core';
import { launchBrowser, mediaBytes, newTab } from '../../support/browser.ts';
import { LightPublisher } from '../../support/peers/publisher.ts';
import { recordedClip } from '../../support/peers/recorder.ts';
import { LightWatcher } from '../../support/peers/watcher.ts';
import { startServer, type RunningServer } from '../../support/server.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { cpuTime, pause } from '../measure/cpu.ts';
import { spread } from '../measure/quantiles.ts';

const zones = Array.from({ length: 16 }, (_, index) => `WALL-CAM-${index + 1}`);
const [first = ''] = zones;
const linger = 500; // ms; shorter than the default, so that layers fall asleep between runs
/** After this a layer is asleep, and the media worker has noticed, which takes it 1.5 s; ms. */
const fallenAsleep = linger + 2000;
/** So many device pixels to a point that each tile wants its top layer. */
const everythingAtTheTop = 8;

async function run(bench: Bench): Promise<void> {
  const seconds = bench.full ? 10 : 2;
  const runs = bench.full ? zones.length : 3;
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
    await measureChanges(bench, server, browser, runs);
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
    for (const count of [0, 1, 16]) {
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

/** What a wall of sixteen receives and costs, adapted to its tiles and with everything at the top. */
async function measureDelivery(
  bench: Bench,
  server: RunningServer,
  browser: Browser,
  seconds: number,
): Promise<void> {
  const processes = [server.process.pid ?? 0, ...server.workerPids()];
  const cpu = (): number => processes.reduce((sum, pid) => sum + cpuTime(pid), 0);
  const measured: { rate: number; cpu: number }[] = [];
  for (const deviceScaleFactor of [1, everythingAtTheTop]) {
    const adapted = deviceScaleFactor === 1;
    const name = adapted ? 'adapted' : 'all at the top layer';
    bench.progress(`wall of 16, ${name}`);
    const page = await openWall(browser, server, deviceScaleFactor);
    // The estimate of the bandwidth has to rise first.
    await untilWide(page, adapted ? 320 : 1280);
    await pause(1000);
    const [before, cpuBefore] = [await mediaBytes(page), cpu()];
    await pause(seconds * 1000);
    const rate = (((await mediaBytes(page)).received - before.received) * 8) / seconds / 1e6;
    const share = (cpu() - cpuBefore) / (seconds * 10);
    measured.push({ rate, cpu: share });
    bench.figure({ what: `received, ${name}`, value: rate, unit: 'Mbit/s', how: `${seconds} s` });
    bench.figure({
      what: `server CPU, ${name}`,
      value: share,
      unit: '% of a core',
      how: `${seconds} s`,
    });
    await page.context().close();
  }
  const [adapted, top] = measured;
  if (!adapted || !top) throw new Error('nothing was measured');
  bench.figure({
    what: 'received, adapted over all at the top',
    value: adapted.rate / top.rate,
    unit: '',
    how: 'ratio of the same run',
    goal: { atMost: 0.25 },
  });
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
  const page = await openWall(browser, server, 1);
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
        const [zone = '', paused = ''] = [zones[run], zones[(run + 5) % zones.length]];
        await page.getByRole('button', { name: `${zone}, ` }).focus();
        times.raise.push(await untilPicture(page, 'Enter', zone, { least: 1280 }));
        await pause(awake ? 500 : fallenAsleep);
        const [lower, resume] = await Promise.all([
          untilPicture(page, undefined, zone, { most: 640 }),
          untilPicture(page, 'Escape', paused, {}),
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
    { what: 'resume of a paused tile', values: times.resume, goal: 300 },
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

/** Waits until each tile shows frames at least so wide; px. */
async function untilWide(page: Page, width: number): Promise<void> {
  await page.waitForFunction(
    ({ width, count }) => {
      const videos = [...document.querySelectorAll('video')];
      return videos.length === count && videos.every(({ videoWidth }) => videoWidth >= width);
    },
    { width, count: zones.length },
    { polling: 100 },
  );
}

async function openWall(
  browser: Browser,
  server: RunningServer,
  deviceScaleFactor: number,
): Promise<Page> {
  const page = await newTab(browser, deviceScaleFactor);
  await page.goto(`${server.url}/wall?zones=${zones.join(',')}&layout=16`);
  await page.getByLabel(`${zones.at(-1)}, STREAMING`).waitFor();
  return page;
}

/**
 * Presses a key and waits for the next frame of a tile whose width is as wanted.
 * @returns ms
 */
function untilPicture(
  page: Page,
  key: string | undefined,
  zone: string | undefined,
  { least = 0, most = Number.MAX_SAFE_INTEGER }: { least?: number; most?: number },
): Promise<number> {
  return page.evaluate(
    ({ key, zone, least, most }) =>
      new Promise<number>((resolve, reject) => {
        const video = document.querySelector<HTMLVideoElement>(`[data-zone="${zone}"] video`);
        if (!video) return reject(new Error(`${zone} is not on the wall`));
        const begun = performance.now();
        const timer = setTimeout(() => reject(new Error(`no such frame of ${zone}`)), 20_000);
        const look = (_now: number, { width }: VideoFrameCallbackMetadata): void => {
          if (width < least || width > most) return void video.requestVideoFrameCallback(look);
          clearTimeout(timer);
          resolve(performance.now() - begun);
        };
        video.requestVideoFrameCallback(look);
        if (key) window.dispatchEvent(new KeyboardEvent('keydown', { key }));
      }),
    { key, zone, least, most },
  );
}

export default {
  name: 'wall',
  question:
    'What does a wall of sixteen feeds receive and cost, and how fast does it follow the eye?',
  run,
} satisfies Benchmark;
