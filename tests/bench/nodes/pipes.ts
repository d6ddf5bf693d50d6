/** What a pipe carries, and what it adds to the way of a packet. */
import { syntheticClip } from '../../support/peers/clip.ts';
import { DirectCamera, DirectViewer } from '../../support/peers/direct.ts';
import { layPipe, TestNode, type TestPipe } from '../../support/pipe-nodes.ts';
import type { Bench } from '../benchmark.ts';
import { pause } from '../measure/cpu.ts';
import { median, quantile, spread } from '../measure/quantiles.ts';

const zone = 'NODES-01';
const layers = [
  { width: 320, height: 180, bitrate: 150_000 },
  { width: 640, height: 360, bitrate: 500_000 },
  { width: 1280, height: 720, bitrate: 1_700_000 },
];
const top = layers.length - 1;
const crowd = 10; // viewers
const goal = { added: 3 }; // ms for each pipe

/** By how many pipes there are on the way; ms of each packet. */
type Delays = [number[], number[], number[]];

export async function measurePipes(bench: Bench): Promise<void> {
  const nodes = await Promise.all([TestNode.start(), TestNode.start(), TestNode.start()]);
  const [owner, edge, leaf] = nodes;
  const open: { close(): void }[] = [];
  const opened = <T extends { close(): void }>(one: T): T => {
    open.push(one);
    return one;
  };
  const watch = async (node: TestNode, layer: number): Promise<DirectViewer> =>
    opened(await DirectViewer.watch(node.sfu, node.zones.at(zone), layer));
  try {
    const clip = syntheticClip(layers);
    opened(await DirectCamera.film(owner.sfu, owner.zones.at(zone), clip));
    const first = layPipe(owner, edge, zone);
    opened(first.camera);
    opened(layPipe(edge, leaf, zone).camera);

    bench.progress('bytes of a pipe');
    const small = await watch(edge, 0);
    await flows(small, layers[0]?.width);
    const thumbnail = await rateOf(first);
    await small.show(top);
    await flows(small, layers[top]?.width);
    const alone = await rateOf(first);
    for (let count = 1; count < crowd; count += 1) await watch(edge, top);
    await pause(2000);
    const crowded = await rateOf(first);
    const how = 'mean of 3 s, headers included, as it comes out of the pipe';
    bench.figure({ what: 'a pipe with one small tile', value: thumbnail, unit: 'kbit/s', how });
    bench.figure({ what: 'with one large tile', value: alone, unit: 'kbit/s', how });
    bench.figure({ what: `with ${crowd} large tiles`, value: crowded, unit: 'kbit/s', how });

    const viewers = [await watch(owner, top), small, await watch(leaf, top)];
    for (const viewer of viewers) await flows(viewer, layers[top]?.width);
    const seconds = bench.full ? 60 : 10;
    bench.progress(`packets through none, one and two pipes, ${seconds} s`);
    report(bench, await delaysOf(viewers, seconds));
    bench.condition(
      'pipes',
      'VP8 form, three layers, 2.35 Mbit/s together, 30 frames/s; three nodes in one process on one clock, a media worker each',
    );
  } finally {
    for (const one of open.reverse()) one.close();
    await Promise.all(nodes.map((node) => node.stop()));
  }
}

/** Resolves when the picture of this width comes. */
async function flows(viewer: DirectViewer, width = 0): Promise<void> {
  const deadline = performance.now() + 15_000;
  while (viewer.stream?.width !== width) {
    if (performance.now() > deadline) throw new Error(`no picture of ${width} px comes`);
    await pause(20);
  }
}

async function rateOf({ camera }: TestPipe): Promise<number> {
  const read = async () => ({
    at: performance.now(),
    bytes: (await camera.received())?.media ?? 0,
  });
  const before = await read();
  await pause(3000);
  const after = await read();
  return ((after.bytes - before.bytes) * 8) / (after.at - before.at);
}

async function delaysOf(viewers: DirectViewer[], seconds: number): Promise<Delays> {
  const delays: Delays = [[], [], []];
  for (const [pipes, viewer] of viewers.entries())
    viewer.onDelay = (delay) => delays[pipes]?.push(delay);
  await pause(seconds * 1000);
  for (const viewer of viewers) viewer.onDelay = undefined;
  return delays;
}

function report(bench: Bench, delays: Delays): void {
  const names = ['no pipe', 'one pipe', 'two pipes'];
  for (const [pipes, values] of delays.entries()) {
    const how = `of ${values.length} packets, from the camera's socket to the viewer's`;
    const what = `packet in to packet out, ${names[pipes]}`;
    bench.figure({ what, ...spread(values), unit: 'ms', how: `median ${how}` });
    bench.figure({ what: `${what}, p99`, value: quantile(values, 0.99), unit: 'ms', how });
  }
  const [none, one, two] = delays;
  const how = 'difference of the medians of the same seconds';
  for (const [what, more, less] of [
    ['the first pipe adds', one, none],
    ['the second pipe adds', two, one],
  ] as const) {
    const value = median(more) - median(less);
    bench.figure({ what, value, unit: 'ms', how, goal: { atMost: goal.added } });
  }
}
