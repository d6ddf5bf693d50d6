/** Benchmark `latency`: how old a picture is when it is seen, idle and under load. */
import type { Browser, Page } from 'playwright-core';
import { figure, framesFlow, launchBrowser, newTab, openConsole } from '../../support/browser.ts';
import { syntheticClip } from '../../support/peers/clip.ts';
import { startServer } from '../../support/server.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { knee } from '../load/climb.ts';
import { FullZones } from '../load/full-zones.ts';
import { Receivers } from '../load/receivers.ts';
import { cpuTime, keptOn, pause, pin } from '../measure/cpu.ts';
import { median, quantile, spread } from '../measure/quantiles.ts';
import { filmTime, readLatency } from '../measure/time-code.ts';
import { PeerToPeer } from '../rivals/peer-to-peer.ts';
import { oneAddress } from '../load/one-address.ts';

const picture = { width: 640, height: 360 };
const maxBitrate = 622_000; // bit/s, what the console gives a layer of this size
/** Until the jitter buffer has forgotten the burst at the beginning; with the second after it, ms. */
const settling = 1500;
/**
 * Other viewers look, in full mode, so many that the worker is this busy: about 80 % of the share of a core at
 * which fan-out has its knee.
 */
const busy = { from: 0.77 * knee.worker, to: 0.83 * knee.worker };
const step = 400; // viewers
/** How often their number is mended before it is taken as it is. */
const attempts = 10;
const goals = { added: 10, p95: 100, off: 15 }; // ms
const cores = { worker: 0, rest: 1 };

type Way = 'through the server' | 'peer to peer';
/** ms, of each frame */
type Readings = Record<Way, number[]>;
interface Browsers {
  readonly cameras: Browser;
  readonly viewers: Browser;
}
interface Setup {
  readonly url: string;
  readonly browsers: Browsers;
  /** Its process. */
  readonly worker: number;
  /** For people. */
  readonly load: string;
  readonly others?: Load;
}
interface Compared {
  readonly readings: Readings;
  /** How far the figure on the console was from what was read in the picture meanwhile, ms; one of each opening. */
  readonly off: number[];
  /** What the worker took of its core while they were read through the server, median. */
  readonly share: number;
  /** How many others looked then, median. */
  readonly viewers: number;
}

async function run(bench: Bench): Promise<void> {
  await keptOn(cores.rest, Object.values(cores), () => measure(bench));
}

async function measure(bench: Bench): Promise<void> {
  const [server, cameras, viewers] = await Promise.all([
    startServer({
      MEDIA_WORKERS: '1',
      MEDIA_CONSUMERS_PER_WORKER: '100000',
      ...oneAddress,
    }),
    launchBrowser(),
    launchBrowser(),
  ]);
  const browsers = { cameras, viewers };
  const [worker = 0] = server.workerPids();
  let others: Load | undefined;
  try {
    // On a server it would meet no browsers, which here take it from its core.
    pin(worker, [cores.worker]);
    const setup = { url: server.url, browsers, worker };
    report(bench, 'idle', await compare(bench, { ...setup, load: 'idle' }));
    if (bench.full) {
      others = await Load.start(server.url);
      for (let share = 0; share < busy.to;) {
        bench.progress(`${others.viewers} other viewers, worker at ${percent(share)} of a core`);
        await others.grow();
        ({ share } = await shareOfCore(worker, pause(3000)));
      }
      const loaded = await compare(bench, { ...setup, load: 'loaded', others });
      const load = `worker at ${percent(loaded.share)} of a core`;
      report(bench, load, loaded);
      bench.condition('other viewers', `${loaded.viewers}, at 600 kbit/s`);
    }
    bench.condition('codec', 'VP8, 640×360 at 30/s, a drawn time code; both ends Chromium');
    bench.condition(
      'cores',
      'the worker has one; two browsers, the load and the server share another',
    );
  } finally {
    others?.close();
    await Promise.all([cameras.close(), viewers.close(), server.stop()]);
  }
}

/**
 * One way after the other, so that neither takes the other's processor time; and each several times anew,
 * since a camera's frames keep their distance to the screen's, which is up to 17 ms.
 */
async function compare(
  bench: Bench,
  { url, browsers, worker, load, others }: Setup,
): Promise<Compared> {
  const readings: Readings = { 'through the server': [], 'peer to peer': [] };
  const ways: Record<Way, () => Promise<Page>> = {
    'through the server': () => openSfu(url, browsers),
    'peer to peer': () => openPeers(browsers),
  };
  const off: number[] = [];
  const loads: { share: number; viewers: number }[] = [];
  const rounds = openings(bench);
  for (let round = 1; round <= rounds; round += 1) {
    for (const [way, open] of Object.entries(ways) as [Way, () => Promise<Page>][]) {
      bench.progress(`${way}, ${load}, ${round} of ${rounds}`);
      const page = await open();
      await framesFlow(page);
      await pause(settling);
      await (others?.hold(worker) ?? pause(1000));
      const read = await shareOfCore(worker, readLatency(page, bench.full ? 3 : 2));
      readings[way].push(...read.result);
      if (way === 'through the server') {
        const told = parseInt(await figure(page, 'Latency'), 10);
        off.push(Math.abs(told - median(read.result)));
        loads.push({ share: read.share, viewers: others?.looking ?? 0 });
      }
      const tabs = Object.values(browsers).flatMap((browser) => browser.contexts());
      await Promise.all(tabs.map((tab) => tab.close()));
    }
  }
  return {
    readings,
    off,
    share: median(loads.map(({ share }) => share)),
    viewers: median(loads.map(({ viewers }) => viewers)),
  };
}

async function openSfu(url: string, { cameras, viewers }: Browsers): Promise<Page> {
  const zone = 'LATENCY-01';
  const camera = await newTab(cameras);
  await filmTime(camera, picture.width, picture.height);
  await camera.goto(`${url}/?zone=${zone}&role=camera&start=1`);
  return openConsole(viewers, url, { zone, role: 'operator' });
}

async function openPeers({ cameras, viewers }: Browsers): Promise<Page> {
  const peers = await PeerToPeer.open(cameras, viewers, {}, (page) =>
    filmTime(page, picture.width, picture.height),
  );
  await peers.connect(maxBitrate);
  return peers.viewers;
}

/** How much of a core a process takes until something has ended. */
async function shareOfCore<Result>(
  pid: number,
  during: Promise<Result>,
): Promise<{ share: number; result: Result }> {
  const before = { at: performance.now(), cpu: cpuTime(pid) };
  const result = await during;
  const share = (cpuTime(pid) - before.cpu) / (performance.now() - before.at);
  return { share, result };
}

function openings(bench: Bench): number {
  return bench.full ? 5 : 1;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

/** Viewers of other zones on the same worker. */
class Load {
  readonly #zones: FullZones;
  readonly #receivers: Receivers;

  private constructor(zones: FullZones, receivers: Receivers) {
    this.#zones = zones;
    this.#receivers = receivers;
  }

  static async start(url: string): Promise<Load> {
    const clip = syntheticClip([{ ...picture, bitrate: 600_000 }]);
    return new Load(new FullZones(url, clip), await Receivers.start(url));
  }

  get viewers(): number {
    return this.#receivers.count;
  }

  get looking(): number {
    return this.#receivers.looking;
  }

  async grow(): Promise<void> {
    for await (const { zone, viewers } of this.#zones.next(step)) {
      await this.#receivers.add(viewers, { zone, ...picture, visible: true, focused: true });
    }
    this.#receivers.deafen(); // The browsers need the cores.
  }

  /**
   * Lets more or fewer of them look, until the worker is as busy as it should be: the speed of the machine
   * changes, and while a browser opens a page, the cameras are held up.
   */
  async hold(worker: number): Promise<void> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const { share } = await shareOfCore(worker, pause(1000));
      if (share >= busy.from && share <= busy.to) return;
      const wanted = (this.looking * (busy.from + busy.to)) / 2 / share;
      await this.#receivers.look(Math.min(this.viewers, Math.round(wanted)));
    }
  }

  close(): void {
    this.#receivers.close();
    this.#zones.close();
  }
}

function report(bench: Bench, condition: string, { readings, off }: Compared): void {
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
    how: `difference of the medians, camera and viewer opened anew ${openings(bench)} × each`,
    // With a single one it says little: a picture may come one of the screen's frames later, or two.
    ...(bench.full && { goal: { atMost: goals.added } }),
  });
  bench.figure({
    what: `p95 through the server, ${condition}`,
    value: quantile(through, 0.95),
    unit: 'ms',
    how: `95th percentile of the same ${through.length} frames`,
    goal: { atMost: goals.p95 },
  });
  bench.figure({
    what: `the console's Latency is off by, ${condition}`,
    ...spread(off),
    unit: 'ms',
    how: `median of ${off.length} × the figure against the median of the frames read at that time`,
    goal: { atMost: goals.off },
  });
}

const latency: Benchmark = {
  name: 'latency',
  question: 'How old is the picture that an operator sees?',
  note: 'with other viewers as well in full mode',
  run,
};
export default latency;
