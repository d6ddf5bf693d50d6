/** Benchmark `failover`: how long pictures are gone when a node of a cluster is killed. */
import { setTimeout as pause } from 'node:timers/promises';
import { loadSettings } from '../../../server/config.ts';
import { TestCluster } from '../../support/cluster.ts';
import { threeLayerClip } from '../../support/peers/clip.ts';
import { persist } from '../../support/peers/persist.ts';
import { LightPublisher } from '../../support/peers/publisher.ts';
import { LightWatcher } from '../../support/peers/watcher.ts';
import type { RunningServer } from '../../support/server.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { median } from '../measure/quantiles.ts';
import { untilKeyFrame } from '../nodes/scene.ts';

/** ms; the usual one, and a shorter one */
const leases = [loadSettings({}).cluster.lease, 1500];
const goals = { owner: 5, edge: 5 }; // s
/** A zone whose owner is killed, and one that is watched at the node that is killed. */
const zones = { lost: 'FAILOVER-1', kept: 'FAILOVER-2' };
const longest = 15_000; // ms
const clip = threeLayerClip();

/** ms of each run */
interface Times {
  /** Of viewers at other nodes, whose owner was killed. */
  readonly owner: number[];
  /** Of viewers whose own node was killed. */
  readonly edge: number[];
  /** The longest that a viewer of the kept zone at another node waited for a packet. */
  readonly others: number[];
}

async function run(bench: Bench): Promise<void> {
  const runs = bench.full ? 10 : 3;
  for (const lease of bench.full ? leases : leases.slice(0, 1)) {
    const cluster = await TestCluster.start();
    try {
      const start = (name: string) => cluster.startNode(name, { CLUSTER_LEASE: `${lease}` });
      const [a, b, c] = [await start('a'), await start('b'), await start('c')];
      const times: Times = { owner: [], edge: [], others: [] };
      for (let count = 1; count <= runs; count += 1) {
        bench.progress(`lease of ${lease / 1000} s, run ${count} of ${runs}`);
        await kill(c, [a, b], times);
        await c.restart();
      }
      report(bench, lease, times);
    } finally {
      await cluster.stop();
    }
  }
  bench.condition(
    'who comes back',
    'light peers, to another node as soon as their socket has ended; pages add the pause until they try again',
  );
}

/** The node is the owner of one zone, and an edge of the other; both are watched at both other nodes. */
async function kill(
  node: RunningServer,
  [a, b]: readonly [RunningServer, RunningServer],
  times: Times,
): Promise<void> {
  const open: { close(): void }[] = [];
  const opened = <T extends { close(): void }>(one: T): T => {
    open.push(one);
    return one;
  };
  const film = async (at: RunningServer, zone: string): Promise<void> => {
    opened(await LightPublisher.start(at.url, zone, clip));
  };
  const watch = async (at: RunningServer, zone: string): Promise<LightWatcher> => {
    const watcher = opened(new LightWatcher(at.url));
    await watcher.client.connected();
    await watcher.watch(zone);
    await untilKeyFrame(watcher);
    return watcher;
  };
  try {
    await film(node, zones.lost);
    await film(a, zones.kept);
    const ofLost = [await watch(a, zones.lost), await watch(b, zones.lost)];
    const ofKept = [await watch(a, zones.kept), await watch(b, zones.kept)];
    const atNode = await watch(node, zones.kept);
    await pause(2000);
    const socket = new Promise<void>((resolve) =>
      atNode.client.socket.once('disconnect', () => resolve()),
    );
    const since = performance.now();
    node.process.kill('SIGKILL');
    const gap = longestGap(ofKept, since + longest / 3);
    await socket;
    const comesBack = persist(
      () => film(a, zones.lost),
      () => performance.now() - since < longest,
    );
    const [edge, ...owner] = await Promise.all([
      watch(b, zones.kept).then(untilKeyFrame),
      ...ofLost.map((watcher) => untilNewKeyFrame(watcher, since)),
    ]);
    await comesBack;
    times.edge.push(edge - since);
    times.owner.push(...owner.map((at) => at - since));
    times.others.push(await gap);
  } finally {
    for (const one of open) one.close();
  }
}

/** @returns when the first key frame came that is newer than `since`; ms as of `performance.now()` */
async function untilNewKeyFrame({ streams }: LightWatcher, since: number): Promise<number> {
  while (performance.now() - since < longest) {
    for (const { firstKeyFrameAt = 0 } of streams.values())
      if (firstKeyFrameAt > since) return firstKeyFrameAt;
    await pause(5);
  }
  throw new Error(`no picture within ${longest / 1000} s`);
}

/** Looks until a time, ms as of `performance.now()`, how long nothing comes to any of them. */
async function longestGap(watchers: readonly LightWatcher[], until: number): Promise<number> {
  let gap = 0;
  while (performance.now() < until) {
    const now = performance.now();
    for (const { streams } of watchers)
      for (const { lastPacketAt = now } of streams.values())
        gap = Math.max(gap, now - lastPacketAt);
    await pause(5);
  }
  return gap;
}

function report(bench: Bench, lease: number, { owner, edge, others }: Times): void {
  const figure = (what: string, values: number[], how: string, goal?: number): void =>
    bench.figure({
      what: `lease of ${lease / 1000} s: ${what}`,
      value: median(values) / 1000,
      worst: Math.max(...values) / 1000,
      unit: 's',
      how: `${how}; median of ${values.length}`,
      ...(goal === undefined ? {} : { goal: { atMost: goal } }),
    });
  const picture = 'from SIGKILL to the first key frame';
  figure(
    'owner killed, viewers at two other nodes',
    owner,
    `${picture}, its camera coming back at one of them`,
    goals.owner,
  );
  figure('edge killed, its viewer at another node', edge, picture, goals.edge);
  figure('… viewers of that zone elsewhere', others, 'longest time without a packet, of 5 s');
}

const failover: Benchmark = {
  name: 'failover',
  question: 'How long is the picture gone when a node of a cluster is killed?',
  note: 'only by name',
  onlyByName: true,
  run,
};
export default failover;
