/** Benchmark `join`: how long people wait for their first picture. */
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, newTab } from '../../support/browser.ts';
import { LightPublisher } from '../../support/peers/publisher.ts';
import { recordedClip } from '../../support/peers/recorder.ts';
import { LightWatcher } from '../../support/peers/watcher.ts';
import { startServer } from '../../support/server.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { Receivers } from '../load/receivers.ts';
import { pause } from '../measure/cpu.ts';
import { quantile, spread } from '../measure/quantiles.ts';
import { listenForSrtpSuite, srtpSuite } from '../measure/srtp-suite.ts';

const zone = 'JOIN-01';
const goals = { median: 150, p95: 300, stormPicture: 3000, stormKeyFrames: 2 };
/** The server lets a camera make one key frame in 500 ms, and a join shortly before would be waited for. */
const apart = 700; // ms
/** Nobody clicks sooner after a button has come, ms. */
const reaction = 400;
/** The other watchers see the middle layer, so that the machine has room for the browser. */
const otherTile = { zone, width: 640, height: 360, visible: true, focused: false };

async function run(bench: Bench): Promise<void> {
  listenForSrtpSuite();
  bench.progress('recording a clip, where there is none yet');
  const clip = await recordedClip();
  const [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  let publisher: LightPublisher | undefined;
  let others: Receivers | undefined;
  try {
    publisher = await LightPublisher.start(server.url, zone, clip);
    const turns = new Turns();
    for (const count of [0, 200]) {
      bench.progress(`${count} other watchers come`);
      if (count > 0) others = await Receivers.start(server.url);
      await others?.add(count, otherTile);
      await fromClick(bench, browser, server.url, count, turns);
      await inSteps(bench, server.url, count, turns);
    }
    others?.close();
    await storm(bench, server.url, publisher);
    bench.condition(
      'camera',
      'a light publisher with a clip of Chromium, VP8, layers of 150, 500 and 2,450 kbit/s',
    );
    bench.condition('SRTP suite of the light watchers', srtpSuite());
    bench.condition('the other watchers', 'see the middle layer, and count it encrypted');
    bench.condition('cores', 'server, browser and other watchers share all');
    bench.condition('joins', `at least ${apart} ms apart, so that each has a key frame of its own`);
  } finally {
    others?.close();
    publisher?.close();
    await browser.close();
    await server.stop();
  }
}

/** Keeps joins apart, counting in what is done between them anyway. */
class Turns {
  #last = performance.now();

  async next<T>(join: () => Promise<T>): Promise<T> {
    await pause(Math.max(0, this.#last + apart - performance.now()));
    const joined = await join();
    this.#last = performance.now();
    return joined;
  }
}

/** What a person sees: from the click to the first frame on the screen. */
async function fromClick(
  bench: Bench,
  browser: Browser,
  url: string,
  others: number,
  turns: Turns,
): Promise<void> {
  const runs = bench.full ? 50 : 3;
  const cold: number[] = [];
  const warm: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    bench.progress(`click to first frame, ${others} others, ${run + 1} of ${runs}`);
    const page = await newTab(browser);
    await page.goto(`${url}/?zone=${zone}&role=operator`);
    await page.getByRole('button', { name: 'Initialise Secure Session' }).waitFor();
    await pause(reaction);
    cold.push(await turns.next(() => clickToFrame(page)));
    await page.getByRole('button', { name: 'End Session' }).click();
    await page.getByRole('button', { name: 'Initialise Secure Session' }).waitFor();
    warm.push(await turns.next(() => clickToFrame(page)));
    await page.context().close();
  }
  for (const [kind, times] of [
    ['cold page', cold],
    ['warm page', warm],
  ] as const) {
    bench.figure({
      what: `click to first frame, ${kind}, ${others} others`,
      ...spread(times),
      unit: 'ms',
      how: `median of ${runs}, Chromium, ${kind === 'cold page' ? 'a new tab' : 'second join of a tab'}`,
      goal: { atMost: goals.median },
    });
    bench.figure({
      what: `… its p95, ${kind}, ${others} others`,
      value: quantile(times, 0.95),
      unit: 'ms',
      how: `95th percentile of the same ${runs}`,
      goal: { atMost: goals.p95 },
    });
  }
}

function clickToFrame(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const begun = performance.now();
        const look = (): void => {
          const video = document.querySelector('video');
          if (!video) requestAnimationFrame(look);
          else video.requestVideoFrameCallback(() => resolve(performance.now() - begun));
        };
        document.querySelector<HTMLButtonElement>('button[type=submit]')?.click();
        look();
      }),
  );
}

/** Where the time goes: the same join by light watchers, on a socket that is open already. */
async function inSteps(bench: Bench, url: string, others: number, turns: Turns): Promise<void> {
  const runs = bench.full ? 30 : 3;
  const steps = { signalling: [], ICE: [], DTLS: [], 'key-frame wait': [] } as Record<
    string,
    number[]
  >;
  for (let run = 0; run < runs; run += 1) {
    bench.progress(`join in steps, ${others} others, ${run + 1} of ${runs}`);
    const watcher = new LightWatcher(url);
    await watcher.client.connected();
    const keyFrame = await turns.next(() => untilKeyFrame(watcher));
    const { begun, ice = NaN, dtls = NaN } = watcher.link?.times ?? { begun: NaN };
    steps.signalling?.push(watcher.answeredAt - watcher.askedAt);
    steps.ICE?.push(ice - begun);
    steps.DTLS?.push(dtls - ice);
    steps['key-frame wait']?.push(keyFrame - dtls);
    watcher.close();
  }
  for (const [step, times] of Object.entries(steps)) {
    bench.figure({
      what: `of which ${step}, ${others} others`,
      ...spread(times),
      unit: 'ms',
      how: `median of ${runs} joins of light watchers`,
    });
  }
}

/** @returns when the first key frame began, ms as of `performance.now()` */
async function untilKeyFrame(watcher: LightWatcher): Promise<number> {
  await watcher.watch(zone);
  await watcher.connected();
  const deadline = performance.now() + 5000;
  const [stream] = watcher.streams.values();
  while (stream?.firstKeyFrameAt === undefined) {
    if (performance.now() > deadline) throw new Error('no key frame within 5 s of a join');
    await pause(1);
  }
  return stream.firstKeyFrameAt;
}

/** 100 joins spread over one second. */
async function storm(bench: Bench, url: string, publisher: LightPublisher): Promise<void> {
  const count = 100;
  bench.progress(`${count} joins in one second`);
  const watchers = Array.from({ length: 1 + count }, () => new LightWatcher(url));
  try {
    await Promise.all(watchers.map(({ client }) => client.connected()));
    const top = publisher.layers.at(-1);
    // The first viewer wakes the layers, which costs a key frame of its own.
    const [first] = watchers;
    if (first) await untilKeyFrame(first);
    await pause(1000);
    const before = top?.keyFrames ?? 0;
    const begun = performance.now();
    await Promise.all(
      watchers.slice(1).map(async (watcher, index) => {
        await pause((index * 1000) / count);
        await watcher.watch(zone);
      }),
    );
    await pause(Math.max(0, goals.stormPicture - (performance.now() - begun)));
    const streams = watchers
      .slice(1)
      .map((watcher) => [watcher, [...watcher.streams.values()][0]] as const);
    const waits = streams.flatMap(([{ askedAt }, stream]) =>
      stream?.firstKeyFrameAt === undefined ? [] : stream.firstKeyFrameAt - askedAt,
    );
    const keyFrames = (top?.keyFrames ?? 0) - before;
    bench.figure({
      what: 'storm: have a picture within 3 s',
      value: waits.length,
      unit: `of ${count}`,
      how: `${count} light watchers join within one second`,
      goal: { atLeast: count },
    });
    bench.figure({
      what: 'storm: from asking to key frame',
      ...spread(waits),
      unit: 'ms',
      how: 'median over the watchers',
    });
    bench.figure({
      what: 'storm: key frames of the camera',
      value: keyFrames / (goals.stormPicture / 1000),
      unit: 'per s',
      how: `${keyFrames} in the 3 s from the first join`,
      goal: { atMost: goals.stormKeyFrames },
    });
  } finally {
    for (const watcher of watchers) watcher.close();
  }
}

const join: Benchmark = {
  name: 'join',
  question: 'How long does an operator wait for the picture?',
  run,
};
export default join;
