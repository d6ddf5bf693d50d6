/** Benchmark `soak`: whether hours of joins, leaves and accidents leave anything behind. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { syntheticClip } from '../../support/peers/clip.ts';
import { LightPublisher } from '../../support/peers/publisher.ts';
import { LightWatcher } from '../../support/peers/watcher.ts';
import { startServer, type RunningServer } from '../../support/server.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { pause, residentMemory } from '../measure/cpu.ts';
import { slope } from '../measure/quantiles.ts';
import { oneAddress } from '../load/one-address.ts';

const zones = ['SOAK-01', 'SOAK-02', 'SOAK-03', 'SOAK-04'];
/** What must not be left over. */
const kinds = ['transports', 'producers', 'consumers'];
const crowd = 40;
const stepInterval = 100; // ms
/** How long it lasts, and how often a worker is killed; s. */
const terms = {
  quick: { seconds: 5, killEvery: 2 },
  full: { seconds: 60, killEvery: 10 },
  named: { seconds: 1800, killEvery: 60 },
};
type Term = (typeof terms)[keyof typeof terms];
/** Longer than a camera is waited for that has gone, ms. */
const farewell = 6000;

interface Sample {
  /** minutes since the beginning */
  readonly at: number;
  /** MiB */
  readonly server: number;
  /** MiB, of all media workers */
  readonly workers: number;
}

async function run(bench: Bench): Promise<void> {
  const term = !bench.full ? terms.quick : bench.named ? terms.named : terms.full;
  const census = pathToFileURL(path.join(import.meta.dirname, '../measure/census.mjs')).href;
  const server = await startServer(
    { TLS_ENABLED: 'false', ...oneAddress },
    { variables: { NODE_OPTIONS: `--import ${census}` } },
  );
  const clip = syntheticClip([
    { width: 320, height: 180, bitrate: 100_000 },
    { width: 640, height: 360, bitrate: 300_000 },
  ]);
  const publishers: LightPublisher[] = [];
  const watchers: LightWatcher[] = [];
  try {
    for (const zone of zones) publishers.push(await LightPublisher.start(server.url, zone, clip));
    const counted = await churn(bench, server, watchers, term);
    for (const peer of [...watchers.splice(0), ...publishers.splice(0)]) peer.close();
    bench.progress('all have left');
    await untilEmpty(server);
    report(bench, counted, censusesOf(server), term.seconds);
    reportLive(bench, server);
  } finally {
    for (const peer of [...watchers, ...publishers]) peer.close();
    await server.stop();
  }
}

interface Churn {
  readonly samples: Sample[];
  readonly joins: number;
  readonly changes: number;
  readonly leaves: number;
  readonly kills: number;
}

/** Joins, zone changes, leaves and worker kills, chosen by chance but the same in every run. */
async function churn(
  bench: Bench,
  server: RunningServer,
  watchers: LightWatcher[],
  { seconds, killEvery }: Term,
): Promise<Churn> {
  const samples: Sample[] = [];
  const done = { joins: 0, changes: 0, leaves: 0, kills: 0 };
  const begun = performance.now();
  const random = chance(1);
  const anyZone = (): string => zones[Math.floor(random() * zones.length)] ?? '';
  for (let step = 0; performance.now() - begun < seconds * 1000; step += 1) {
    const elapsed = (performance.now() - begun) / 1000;
    const act = random();
    if (watchers.length < crowd && act < 0.5) {
      const watcher = new LightWatcher(server.url);
      watchers.push(watcher);
      done.joins += 1;
      await tolerant(server, () => watcher.watch(anyZone()));
    } else if (watchers.length > 0 && act < 0.8) {
      const watcher = watchers[Math.floor(random() * watchers.length)];
      done.changes += 1;
      await tolerant(server, async () => watcher?.watch(anyZone()));
    } else if (watchers.length > 0) {
      watchers.splice(Math.floor(random() * watchers.length), 1)[0]?.close();
      done.leaves += 1;
    }
    if (elapsed > (done.kills + 1) * killEvery) {
      const [pid] = server.workerPids();
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
      done.kills += 1;
    }
    if (step % 10 === 0) {
      bench.progress(`${elapsed.toFixed(0)} of ${seconds} s, ${watchers.length} watchers`);
      samples.push(sample(server, elapsed / 60));
    }
    await pause(stepInterval);
  }
  return { samples, ...done };
}

/** Waits for a census that finds nothing, or for as long as anything could rightly be there. */
async function untilEmpty(server: RunningServer): Promise<void> {
  const from = censusesOf(server).length;
  const deadline = performance.now() + farewell;
  const isEmpty = (): boolean => {
    const latest = censusesOf(server).slice(from).at(-1);
    return latest !== undefined && kinds.every((kind) => latest[kind] === 0);
  };
  while (!isEmpty() && performance.now() < deadline) await pause(100);
}

/** A worker that is just being replaced may refuse; whoever asked then, hears `rejoin` or asks again. */
async function tolerant(server: RunningServer, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (server.process.exitCode !== null) throw error;
    if (!/unavailable|not-found|timed out/.test(String(error))) throw error;
  }
}

function sample(server: RunningServer, at: number): Sample {
  const workers = server.workerPids().reduce((sum, pid) => {
    try {
      return sum + residentMemory(pid);
    } catch {
      return sum; // It has just been killed.
    }
  }, 0);
  return { at, server: residentMemory(server.process.pid ?? 0), workers };
}

function censusesOf(server: RunningServer): Record<string, number>[] {
  return server.log.filter(({ msg }) => msg === 'media census') as Record<string, number>[];
}

/** The same sequence of numbers in 0 … 1 for the same seed (Lehmer's generator). */
function chance(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

function report(
  bench: Bench,
  { samples, joins, changes, leaves, kills }: Churn,
  censuses: Record<string, number>[],
  seconds: number,
): void {
  bench.condition(
    'churn',
    `${joins} joins, ${changes} zone changes, ${leaves} leaves, ${kills} worker kills in ${seconds} s`,
  );
  // The first third is spent on growing to a working size.
  const settled = samples.slice(Math.floor(samples.length / 3));
  for (const [who, pick] of [
    ['server', ({ at, server }: Sample) => [at, server] as const],
    ['workers', ({ at, workers }: Sample) => [at, workers] as const],
  ] as const) {
    bench.figure({
      what: `memory of the ${who}`,
      value: pick(samples.at(-1) ?? { at: 0, server: NaN, workers: NaN })[1],
      worst: Math.max(...samples.map((entry) => pick(entry)[1])),
      unit: 'MiB',
      how: 'resident, at the end of the churn',
    });
    bench.figure({
      what: `memory of the ${who}, slope`,
      value: slope(settled.map(pick)),
      unit: 'MiB/min',
      how: `least squares over the last two thirds of ${(seconds / 60).toFixed(1)} min${seconds < 600 ? '; too short to tell a leak' : ''}`,
    });
    bench.plot({
      title: `Memory of the ${who}`,
      x: 'min',
      y: 'MiB',
      lines: [{ name: who, points: samples.map(pick) }],
    });
  }
  for (const kind of kinds) {
    bench.figure({
      what: `most ${kind} at once`,
      value: Math.max(...censuses.map((census) => census[kind] ?? 0)),
      unit: '',
      how: 'the same count during the churn, for comparison',
    });
    bench.figure({
      what: `${kind} left when all have gone`,
      value: censuses.at(-1)?.[kind] ?? NaN,
      unit: '',
      how: 'mediasoup’s observer in the server’s process',
      goal: { atMost: 0 },
    });
  }
}

/** What the server's process holds on to: resident memory also has what has only not been collected yet. */
function reportLive(bench: Bench, server: RunningServer): void {
  const points = server.log
    .filter(({ msg }) => msg === 'live memory')
    .map(({ at, bytes }) => [Number(at) / 60_000, Number(bytes) / 2 ** 20] as const);
  const settled = points.slice(Math.floor(points.length / 3));
  const how = 'heap and buffers in use after a collection';
  const last = settled.at(-1);
  if (!last) return; // A quick run is over before the first collection.
  bench.figure({ what: 'live memory of the server', value: last[1], unit: 'MiB', how });
  bench.figure({
    what: 'live memory of the server, slope',
    value: slope(settled),
    unit: 'MiB/min',
    how: `${how}, every half minute; least squares over the last ${settled.length} of ${points.length}`,
  });
  bench.plot({
    title: 'Live memory of the server',
    x: 'min',
    y: 'MiB',
    lines: [{ name: 'server', points }],
  });
}

const soak: Benchmark = {
  name: 'soak',
  question: 'Does it hold for weeks?',
  note: '30 minutes with `soak --full`, 1 minute when `--full` runs all',
  run,
};
export default soak;
