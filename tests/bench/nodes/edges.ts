/** What each further node at which zones are watched costs their owner, and their cameras. */
import type { LightPublisher } from '../../support/peers/publisher.ts';
import type { LightWatcher } from '../../support/peers/watcher.ts';
import type { RunningServer } from '../../support/server.ts';
import type { Bench } from '../benchmark.ts';
import { cpuTime, pause } from '../measure/cpu.ts';
import { median, slope } from '../measure/quantiles.ts';
import type { Scene } from './scene.ts';

const steadyAfter = 3000; // ms
const goal = { upload: 3 }; // % that it may change by

interface Step {
  /** Nodes, or viewers of each zone at the owner. */
  readonly count: number;
  /** ms of CPU in each s: of the owner's media worker, and of its own process. */
  readonly worker: number;
  readonly server: number;
  /** Bytes that all cameras sent for each of their frames. */
  readonly upload: number;
}

export async function measureEdges(bench: Bench, scene: Scene): Promise<void> {
  const seconds = bench.full ? 15 : 5;
  const nodes = [scene.owner, ...scene.edges];
  bench.progress('viewers on one node after another');
  const byNodes = await addViewers(scene, nodes, seconds);
  bench.progress('as many viewers, all at the owner');
  const atOwner = await addViewers(
    scene,
    nodes.map(() => scene.owner),
    seconds,
  );
  reportCost(bench, scene, 'edge', 'another viewer of each of them at an edge of its own', byNodes);
  reportCost(bench, scene, 'viewer', 'another viewer of each of them at the owner', atOwner);
  reportUpload(bench, byNodes);
}

/** One viewer of each zone at each of these, and what that takes after each step. */
async function addViewers(
  scene: Scene,
  at: readonly RunningServer[],
  seconds: number,
): Promise<Step[]> {
  const steps: Step[] = [];
  const watchers: LightWatcher[] = [];
  for (const node of at) {
    for (const zone of scene.zones) watchers.push(await scene.watch(node, zone));
    await pause(steadyAfter);
    steps.push(await measure(scene, steps.length + 1, seconds));
  }
  for (const watcher of watchers) scene.leave(watcher);
  await pause(steadyAfter);
  return steps;
}

async function measure({ owner, zones }: Scene, count: number, seconds: number): Promise<Step> {
  const [worker = 0] = owner.workerPids();
  const cameras = zones.map(({ camera }) => camera);
  const read = () => ({
    at: performance.now(),
    worker: cpuTime(worker),
    server: cpuTime(owner.process.pid ?? 0),
    ...sentBy(cameras),
  });
  const windows: Omit<Step, 'count' | 'upload'>[] = [];
  const first = read();
  let before = first;
  // The median of windows of 1 s is not moved by what else the machine does for a moment.
  for (let second = 0; second < seconds; second += 1) {
    await pause(1000);
    const after = read();
    const time = (after.at - before.at) / 1000;
    windows.push({
      worker: (after.worker - before.worker) / time,
      server: (after.server - before.server) / time,
    });
    before = after;
  }
  return {
    count,
    worker: median(windows.map(({ worker }) => worker)),
    server: median(windows.map(({ server }) => server)),
    upload: (before.bytes - first.bytes) / (before.frames - first.frames),
  };
}

/** By frame, what they send does not depend on how busy this machine is. */
function sentBy(cameras: readonly LightPublisher[]): { frames: number; bytes: number } {
  const sum = { frames: 0, bytes: 0 };
  for (const { layers } of cameras) {
    // A frame of the smallest layer is one packet.
    sum.frames += layers[0]?.packets ?? 0;
    for (const { bytes } of layers) sum.bytes += bytes;
  }
  return sum;
}

function reportCost(
  bench: Bench,
  { zones }: Scene,
  what: string,
  more: string,
  steps: readonly Step[],
): void {
  const per = (of: (step: Step) => number): number =>
    slope(steps.map((step) => [step.count, of(step)] as const)) / zones.length;
  const counts = `${steps[0]?.count} to ${steps.at(-1)?.count}`;
  const how = `${zones.length} zones of 1.3 Mbit/s, ${more}: CPU time, rise of the line through ${counts}`;
  const unit = 'ms/s';
  bench.figure({
    what: `owner's media worker, for each zone and ${what}`,
    value: per(({ worker }) => worker),
    ...{ unit, how },
  });
  bench.figure({
    what: `owner's own process, for each zone and ${what}`,
    value: per(({ server }) => server),
    ...{ unit, how },
  });
}

function reportUpload(bench: Bench, steps: readonly Step[]): void {
  const three = steps.slice(0, 3);
  const uploads = three.map(({ upload }) => upload);
  for (const { count, upload } of three)
    bench.figure({
      what: `upload of a camera with viewers on ${count} ${count === 1 ? 'node' : 'nodes'}`,
      value: upload,
      unit: 'bytes/frame',
      how: 'of all that cameras sent',
    });
  const mean = uploads.reduce((sum, upload) => sum + upload, 0) / uploads.length;
  bench.figure({
    what: 'farthest from their mean',
    value: Math.max(...uploads.map((upload) => Math.abs(upload / mean - 1))) * 100,
    unit: '%',
    how: 'of the three',
    goal: { atMost: goal.upload },
  });
}
