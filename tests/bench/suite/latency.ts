import type { Browser, Page } from 'playwright-core';
import { framesFlow, launchBrowser, newTab, openConsole } from '../../support/browser.ts';
import { syntheticClip } from '../../support/peers/clip.ts';
import { LightPublisher } from '../../support/peers/publisher.ts';
import { startServer } from '../../support/server.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { cpuTime, pause } from '../measure/cpu.ts';
import { Crowd } from '../load/crowd.ts';
import { median, quantile, spread } from '../measure/quantiles.ts';
import { filmTime, readLatency } from '../measure/time-code.ts';
import { PeerToPeer } from '../rivals/peer-to-peer.ts';

const picture = { width: 640, height: 360 };
const maxBitrate = 622_000; // bit/s, what the console gives a layer of this size
/** Until the jitter buffer has forgotten the burst at the beginning, ms. */
const settling = 3000;
const goals = { added: 10, p95: 100 }; // ms

interface Outcome {
  idle: number[];
  loaded: number[];
  /** Of the worker, while loaded; a share of a core */
  share: number;
}

async function run(bench: Bench): Promise<void> {
  // More than this and two cores cannot run two browsers beside it.
  const load = bench.full ? 250 : 100;
  // One after the other, so that neither takes the other's processor time.
  const through = await measure(bench, 'through the server', load, openSfu);
  const straight = await measure(bench, 'peer to peer', load, openPeers);
  report(bench, 'idle', through.idle, straight.idle);
  const share = (through.share * 100).toFixed(0);
  const loaded = `${load} other viewers, worker at ${share} % of a core`;
  report(bench, loaded, through.loaded, straight.loaded);
  bench.condition('codec', 'VP8, 640×360 at 30/s, a drawn time code; both ends Chromium');
  bench.condition('cores', 'server, two browsers and the load share all');
}

/** Opens a way from a camera to a viewer's page, and reads its latency idle and loaded. */
async function measure(
  bench: Bench,
  way: string,
  load: number,
  open: (url: string, cameras: Browser, viewers: Browser) => Promise<Page>,
): Promise<Outcome> {
  const seconds = bench.full ? 20 : 3;
  const server = await startServer({ MEDIA_WORKERS: '1' });
  const [cameras, viewers] = await Promise.all([launchBrowser(), launchBrowser()]);
  const others: { close(): void }[] = [];
  try {
    bench.progress(`${way}, idle`);
    const page = await open(server.url, cameras, viewers);
    await framesFlow(page);
    await pause(settling);
    const idle = await readLatency(page, seconds);
    await addLoad(bench, server.url, load, others);
    bench.progress(`${way}, loaded`);
    const worker = server.workerPids()[0] ?? 0;
    const before = { at: performance.now(), cpu: cpuTime(worker) };
    const loaded = await readLatency(page, seconds);
    const share = (cpuTime(worker) - before.cpu) / (performance.now() - before.at);
    return { idle, loaded, share };
  } finally {
    for (const other of others) other.close();
    await Promise.all([cameras.close(), viewers.close()]);
    await server.stop();
  }
}

async function openSfu(url: string, cameras: Browser, viewers: Browser): Promise<Page> {
  const zone = 'LATENCY-01';
  const camera = await newTab(cameras);
  await filmTime(camera, picture.width, picture.height);
  await camera.goto(`${url}/?zone=${zone}&role=camera&start=1`);
  return openConsole(viewers, url, { zone, role: 'operator' });
}

async function openPeers(_url: string, cameras: Browser, viewers: Browser): Promise<Page> {
  const peers = await PeerToPeer.open(cameras, viewers, {}, (page) =>
    filmTime(page, picture.width, picture.height),
  );
  await peers.connect(maxBitrate);
  return peers.viewers;
}

/** Viewers of another zone on the same worker. */
async function addLoad(
  bench: Bench,
  url: string,
  count: number,
  others: { close(): void }[],
): Promise<void> {
  const zone = 'LATENCY-LOAD-02';
  const clip = syntheticClip([{ ...picture, bitrate: 600_000 }]);
  others.push(await LightPublisher.start(url, zone, clip));
  bench.progress(`${count} other viewers come`);
  const crowd = new Crowd(url, zone);
  others.push(crowd);
  await crowd.growTo(count);
  await pause(1000);
}

function report(bench: Bench, condition: string, through: number[], straight: number[]): void {
  for (const [way, values] of [
    ['through the server', through],
    ['peer to peer', straight],
  ] as const) {
    bench.figure({
      what: `capture to presentation, ${way}, ${condition}`,
      ...spread(values),
      unit: 'ms',
      how: `median of ${values.length} frames, by the time code in the picture`,
    });
  }
  bench.figure({
    what: `the server adds, ${condition}`,
    value: median(through) - median(straight),
    unit: 'ms',
    how: 'difference of the medians, same run',
    goal: { atMost: goals.added },
  });
  bench.figure({
    what: `p95 through the server, ${condition}`,
    value: quantile(through, 0.95),
    unit: 'ms',
    how: `95th percentile of the same ${through.length} frames`,
    goal: { atMost: goals.p95 },
  });
}

const latency: Benchmark = {
  name: 'latency',
  question: 'How old is the picture that an operator sees?',
  run,
};
export default latency;
