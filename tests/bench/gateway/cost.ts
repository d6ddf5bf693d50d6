/** Processor time and memory for each camera: gateway and media worker together, beside ffmpeg that copies. */
import type { Bench } from '../benchmark.ts';
import { cpuTime, pause, residentMemory } from '../measure/cpu.ts';
import { median, spread } from '../measure/quantiles.ts';
import { startCameraProcess, type CameraProcess } from './camera-process.ts';
import { Copying } from './copying.ts';
import { openScene, until, watchAll, type Scene } from './scene.ts';

const cameras = 8;
const goals = { share: 2, memory: 10 }; // % of a core, MiB
const window = 5000; // ms
/** Until what runs often is compiled, and memory has settled, ms. */
const settling = { quick: 10_000, full: 40_000 };

/** Processes that do a part of the work. */
type Part = 'gateway' | 'worker' | 'ffmpeg';

export async function measureCost(bench: Bench): Promise<void> {
  let camera: CameraProcess | undefined;
  let scene: Scene | undefined;
  let copying: Copying | undefined;
  let watcher: Awaited<ReturnType<typeof watchAll>> | undefined;
  try {
    camera = await startCameraProcess('camera-program.ts', 'fullHd');
    const { url } = camera;
    const names = Array.from({ length: cameras }, (_, index) => `c${index + 1}`);
    bench.progress(`${cameras} cameras of 1080p begin`);
    const empty = await openScene([]);
    await pause(settling.quick / 2);
    const base = memoryOf({ gateway: pidsOf(empty).gateway, worker: pidsOf(empty).worker });
    await empty.end();
    scene = await openScene(names.map((name) => ({ name, url })));
    watcher = await watchAll(scene, names);
    copying = await Copying.start(url, cameras);
    const { pids } = copying;
    const parts = { ...pidsOf(scene), ffmpeg: pids };
    await until('ffmpeg sends', () => (copying?.packets ?? 0) > 1000);
    await pause(bench.full ? settling.full : settling.quick);
    const { shares, packets } = await sharesOf(bench, parts, watcher);
    report(bench, shares, packets, base, memoryOf(parts));
    bench.condition(
      'cost',
      `${cameras} cameras of 1080p25 at 4 Mbit/s by TCP, played by a process of its own; all watched once by a light viewer; ffmpeg -c copy to RTP of each beside them at the same time`,
    );
  } finally {
    watcher?.close();
    await copying?.close();
    await scene?.end();
    await camera?.stop();
  }
}

function pidsOf({ gateway, server }: Scene): Record<'gateway' | 'worker', number[]> {
  return { gateway: [gateway.process.pid ?? 0], worker: server.workerPids() };
}

/** Shares of a core for one camera, %, by part; one of each window. */
async function sharesOf(
  bench: Bench,
  parts: Record<Part, number[]>,
  watcher: { received(): { packets: number; lost: number } },
): Promise<{ shares: Record<Part, number[]>; packets: number[] }> {
  const read = () => ({
    at: performance.now(),
    packets: watcher.received().packets,
    cpu: Object.entries(parts).map(([part, pids]) => [
      part as Part,
      pids.reduce((sum, pid) => sum + cpuTime(pid), 0),
    ]) as [Part, number][],
  });
  const shares: Record<Part, number[]> = { gateway: [], worker: [], ffmpeg: [] };
  const packets: number[] = [];
  const windows = bench.full ? 12 : 4;
  for (let count = 1; count <= windows; count += 1) {
    bench.progress(`${cameras} cameras of 1080p, ${count} of ${windows}`);
    const before = read();
    await pause(window);
    const after = read();
    const time = after.at - before.at;
    for (const [index, [part, cpu]] of after.cpu.entries()) {
      shares[part].push((100 * (cpu - (before.cpu[index]?.[1] ?? 0))) / time / cameras);
    }
    packets.push(((after.packets - before.packets) * 1000) / time / cameras);
  }
  return { shares, packets };
}

/** MiB, by part. */
function memoryOf<P extends string>(parts: Record<P, number[]>): Record<P, number> {
  const sums = Object.entries<number[]>(parts).map(([part, pids]) => [
    part,
    pids.reduce((sum, pid) => sum + residentMemory(pid), 0),
  ]);
  return Object.fromEntries(sums) as Record<P, number>;
}

function report(
  bench: Bench,
  shares: Record<Part, number[]>,
  packets: number[],
  base: Record<'gateway' | 'worker', number>,
  memory: Record<Part, number>,
): void {
  const how = `median of ${packets.length} × ${window / 1000} s, ${cameras} cameras`;
  const together = shares.gateway.map((share, index) => share + (shares.worker[index] ?? 0));
  const unit = '% of a core';
  const figures = [
    { what: 'gateway and worker', values: together, goal: { atMost: goals.share } },
    { what: 'gateway', values: shares.gateway },
    { what: 'worker', values: shares.worker },
    { what: 'ffmpeg -c copy, RTSP to RTP', values: shares.ffmpeg },
  ];
  for (const { what, values, goal } of figures) {
    bench.figure({
      what: `${what}, a camera`,
      ...spread(values),
      unit,
      how,
      ...(goal && { goal }),
    });
  }
  bench.figure({
    what: 'packets to the viewer, a camera',
    value: median(packets),
    unit: '/s',
    how,
  });
  const all = memory.gateway + memory.worker;
  const first = base.gateway + base.worker;
  bench.figure({
    what: 'memory of gateway and worker, a camera',
    value: (all - first) / cameras,
    unit: 'MiB',
    how: `what ${cameras} cameras take more than none, divided by ${cameras}`,
    goal: { atMost: goals.memory },
  });
  for (const [what, value] of [
    ['memory of gateway and worker, no camera', first],
    [`memory of the gateway, ${cameras} cameras`, memory.gateway],
    [`memory of the worker, ${cameras} cameras`, memory.worker],
    ['memory of ffmpeg, a camera', memory.ffmpeg / cameras],
  ] as const) {
    bench.figure({ what, value, unit: 'MiB', how: 'resident, at the end' });
  }
}
