import type { Browser, Page } from 'playwright-core';
import { framesFlow, launchBrowser, newTab, openConsole } from '../../support/browser.ts';
import { syntheticClip } from '../../support/peers/clip.ts';
import { LightPublisher } from '../../support/peers/publisher.ts';
import { startServer } from '../../support/server.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { Receivers } from '../load/receivers.ts';
import { cpuTime, pause } from '../measure/cpu.ts';
import { median, quantile, spread } from '../measure/quantiles.ts';
import { filmTime, readLatency } from '../measure/time-code.ts';
import { PeerToPeer } from '../rivals/peer-to-peer.ts';

const picture = { width: 640, height: 360 };
const maxBitrate = 622_000; // bit/s, what the console gives a layer of this size
/** Until the jitter buffer has forgotten the burst at the beginning, or the load that was; ms. */
const settling = { fresh: 2500, changed: 1000 };
/** Other viewers, in full mode; with more, two cores cannot run two browsers beside them. */
const load = 600;
const goals = { added: 10, p95: 100 }; // ms

type Way = 'through the server' | 'peer to peer';
/** ms, of each frame */
type Readings = Record<Way, number[]>;

async function run(bench: Bench): Promise<void> {
  const seconds = bench.full ? 12 : 2;
  const [server, cameras, viewers] = await Promise.all([
    startServer({ MEDIA_WORKERS: '1', MEDIA_CONSUMERS_PER_WORKER: '100000' }),
    launchBrowser(),
    launchBrowser(),
  ]);
  const [worker = 0] = server.workerPids();
  const idle: Readings = { 'through the server': [], 'peer to peer': [] };
  const loaded: Readings = { 'through the server': [], 'peer to peer': [] };
  let others: Load | undefined;
  try {
    // One way after the other, so that neither takes the other's processor time.
    let way: Way = 'through the server';
    let page = await openSfu(server.url, cameras, viewers);
    idle[way] = await read(bench, page, `${way}, idle`, settling.fresh, seconds);
    let share = 0;
    if (bench.full) {
      bench.progress(`${load} other viewers come`);
      others = await Load.start(server.url, load);
      const before = { at: performance.now(), cpu: cpuTime(worker) };
      loaded[way] = await read(bench, page, `${way}, loaded`, settling.changed, seconds);
      share = (cpuTime(worker) - before.cpu) / (performance.now() - before.at);
    }
    await Promise.all([...cameras.contexts(), ...viewers.contexts()].map((tab) => tab.close()));

    way = 'peer to peer';
    page = await openPeers(cameras, viewers);
    if (bench.full)
      loaded[way] = await read(bench, page, `${way}, loaded`, settling.fresh, seconds);
    others?.close();
    const settled = bench.full ? settling.changed : settling.fresh;
    idle[way] = await read(bench, page, `${way}, idle`, settled, seconds);
    report(bench, 'idle', idle);
    if (bench.full) {
      const busy = `${load} other viewers, worker at ${(share * 100).toFixed(0)} % of a core`;
      report(bench, busy, loaded);
    }
    bench.condition('codec', 'VP8, 640×360 at 30/s, a drawn time code; both ends Chromium');
    bench.condition('cores', 'server, two browsers and the load share all');
  } finally {
    others?.close();
    await Promise.all([cameras.close(), viewers.close(), server.stop()]);
  }
}

async function read(
  bench: Bench,
  page: Page,
  what: string,
  settled: number,
  seconds: number,
): Promise<number[]> {
  bench.progress(what);
  await framesFlow(page);
  await pause(settled);
  return readLatency(page, seconds);
}

async function openSfu(url: string, cameras: Browser, viewers: Browser): Promise<Page> {
  const zone = 'LATENCY-01';
  const camera = await newTab(cameras);
  await filmTime(camera, picture.width, picture.height);
  await camera.goto(`${url}/?zone=${zone}&role=camera&start=1`);
  return openConsole(viewers, url, { zone, role: 'operator' });
}

async function openPeers(cameras: Browser, viewers: Browser): Promise<Page> {
  const peers = await PeerToPeer.open(cameras, viewers, {}, (page) =>
    filmTime(page, picture.width, picture.height),
  );
  await peers.connect(maxBitrate);
  return peers.viewers;
}

/** Viewers of another zone on the same worker. */
class Load {
  readonly #publisher: LightPublisher;
  readonly #receivers: Receivers;

  private constructor(publisher: LightPublisher, receivers: Receivers) {
    this.#publisher = publisher;
    this.#receivers = receivers;
  }

  static async start(url: string, viewers: number): Promise<Load> {
    const zone = 'LATENCY-LOAD-02';
    const clip = syntheticClip([{ ...picture, bitrate: 600_000 }]);
    const publisher = await LightPublisher.start(url, zone, clip);
    const receivers = await Receivers.start(url, {
      zone,
      ...picture,
      visible: true,
      focused: true,
    });
    await receivers.growTo(viewers);
    return new Load(publisher, receivers);
  }

  close(): void {
    this.#receivers.close();
    this.#publisher.close();
  }
}

function report(bench: Bench, condition: string, readings: Readings): void {
  const { 'through the server': through, 'peer to peer': straight } = readings;
  for (const [way, values] of Object.entries(readings)) {
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
  note: 'with other viewers as well in full mode',
  run,
};
export default latency;
