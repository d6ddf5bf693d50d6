/** The tree by which a zone spreads over nodes: never a circle, at no time, and everybody who wants it gets it. */
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { longestPath, type PipePath } from '../../server/contract/pipe.ts';
import { placeFor } from '../../server/cluster/pipes/place.ts';
import { Reach } from '../../server/cluster/pipes/reach.ts';
import { FakeCluster } from '../support/fake-cluster.ts';

const zone = 'GATE-01';
let clusters: FakeCluster[] = [];
function started(fanOut: number, ...names: string[]): FakeCluster {
  const cluster = new FakeCluster(fanOut);
  clusters.push(cluster);
  for (const name of names) cluster.start(name);
  return cluster;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  for (const cluster of clusters) cluster.stop();
  clusters = [];
  vi.useRealTimers();
});

/** The nodes from one up to where its zone comes from. */
function wayUp(cluster: FakeCluster, from: string): string[] {
  const parents = cluster.parents(zone);
  const way = [from];
  for (let node = parents.get(from); node !== undefined; node = parents.get(node)) {
    expect(way, 'a circle').not.toContain(node);
    way.push(node);
  }
  return way;
}
function requireNoCircle(cluster: FakeCluster): void {
  for (const name of cluster.nodes.keys()) wayUp(cluster, name);
}
/** Time passes, and nothing is a circle meanwhile. */
async function pass(cluster: FakeCluster, time: number, step = 10): Promise<void> {
  for (let passed = 0; passed < time; passed += step) {
    await vi.advanceTimersByTimeAsync(step);
    requireNoCircle(cluster);
  }
}
const childrenOf = (cluster: FakeCluster, name: string): number =>
  [...cluster.parents(zone).values()].filter((parent) => parent === name).length;

test('a zone that many nodes watch goes from node to node, to as many from each as it should', async () => {
  const names = Array.from({ length: 12 }, (_, index) => `n${index}`);
  const cluster = started(2, ...names);
  cluster.film(zone, 'n0');
  for (const name of names.slice(1)) {
    cluster.at(name).watch(zone);
    await pass(cluster, 100);
  }
  await pass(cluster, 2000);
  for (const name of names) {
    expect(wayUp(cluster, name).at(-1)).toBe('n0');
    expect(childrenOf(cluster, name)).toBeLessThanOrEqual(2);
    expect(cluster.at(name).shows(zone)).toBe(true);
  }
  expect(childrenOf(cluster, 'n0')).toBe(2);
});

test('when a parent goes, those behind it come back within 1.5 s, each to one that has room', async () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const cluster = started(1, ...names);
  cluster.film(zone, 'a');
  for (const name of names.slice(1)) {
    cluster.at(name).watch(zone);
    await pass(cluster, 600);
  }
  await pass(cluster, 4000, 100);
  const order = names.slice(1).sort((x, y) => wayUp(cluster, x).length - wayUp(cluster, y).length);
  cluster.kill(order[1] ?? '');
  await pass(cluster, 1500);
  for (const name of [order[0], order[2], order[3]]) {
    expect(wayUp(cluster, name ?? '').at(-1)).toBe('a');
    expect(cluster.at(name ?? '').shows(zone)).toBe(true);
    expect(childrenOf(cluster, name ?? '')).toBeLessThanOrEqual(1);
  }
  expect(childrenOf(cluster, 'a')).toBe(1);
});

test('a node without viewers carries a zone on while another one gets it from there, and no longer', async () => {
  const cluster = started(1, 'a', 'b', 'c');
  cluster.film(zone, 'a');
  cluster.at('b').watch(zone);
  await pass(cluster, 600);
  cluster.at('c').watch(zone);
  await pass(cluster, 600);
  expect(wayUp(cluster, 'c')).toEqual(['c', 'b', 'a']);
  cluster.at('b').unwatch(zone);
  await pass(cluster, 20_000);
  expect(wayUp(cluster, 'c')).toEqual(['c', 'b', 'a']);
  cluster.at('c').unwatch(zone);
  await pass(cluster, 12_000);
  expect(cluster.parents(zone)).toEqual(new Map());
});

test('a connection that breaks changes no way: each pipe is had again, also where all connections break at once', async () => {
  const cluster = started(1, 'a', 'b', 'c');
  cluster.film(zone, 'a');
  for (const name of ['b', 'c']) {
    cluster.at(name).watch(zone);
    await pass(cluster, 600);
  }
  const flow = cluster.flow();
  await pass(cluster, 3000, 100);
  const before = cluster.parents(zone);
  const outs = () => [...cluster.nodes.values()].map((node) => node.pipes.outs.length);
  const picture = cluster.at('c').zones.find(zone)?.video;
  for (const broken of [['a b'], ['b c'], ['a b', 'b c']]) {
    for (const pair of broken) cluster.break(...(pair.split(' ') as [string, string]));
    await pass(cluster, 4000);
    expect(cluster.parents(zone)).toEqual(before);
    expect(outs()).toEqual([1, 1, 0]);
    expect(cluster.at('c').zones.find(zone)?.video).toBe(picture);
  }
  flow.stop();
});

test('where a connection cannot be had again, another way is found while the picture goes on', async () => {
  const cluster = started(8, 'a', 'b', 'c');
  cluster.film(zone, 'a');
  cluster.at('b').watch(zone);
  await pass(cluster, 1000);
  const flow = cluster.flow();
  await pass(cluster, 4000, 100);
  cluster.cut.add('b a');
  cluster.break('a', 'b');
  for (let passed = 0; passed < 5000; passed += 50) {
    await pass(cluster, 50);
    // From the one or from the other.
    expect(cluster.at('b').shows(zone)).toBe(true);
  }
  expect(wayUp(cluster, 'b')).toEqual(['b', 'c', 'a']);
  expect(cluster.at('a').pipes.outs.map(({ closed }) => closed)).toEqual([true, false]);
  flow.stop();
});

test('where media comes and nothing is heard of what is sent back, the zone comes another way, if there is one', async () => {
  const cluster = started(8, 'a', 'b', 'c');
  cluster.film(zone, 'a');
  cluster.at('b').watch(zone);
  const flow = cluster.flow();
  await pass(cluster, 30_000, 500);
  expect(cluster.at('a').pipes.outs).toHaveLength(1);
  cluster.unheard.add('b a');
  cluster.cut.add('b c').add('c a');
  const noWay = { node: 'a', oneWay: true };
  const list = () => cluster.at('b').reach.list(new Set([cluster.at('a').run.boot]));
  await pass(cluster, 12_000, 500);
  expect(list()).toMatchObject([noWay]);
  // There is none: what comes is better than nothing.
  await pass(cluster, 60_000, 500);
  expect(list()).toMatchObject([noWay]);
  expect(cluster.at('a').pipes.outs.map(({ closed }) => closed)).toEqual([false]);
  cluster.cut.clear();
  for (let passed = 0; passed < 75_000; passed += 500) {
    await pass(cluster, 500, 100);
    expect(cluster.at('b').shows(zone)).toBe(true);
  }
  expect(wayUp(cluster, 'b')).toEqual(['b', 'c', 'a']);
  // Where none is better, they do not take turns.
  cluster.unheard.add('b c');
  await pass(cluster, 80_000, 500);
  expect(wayUp(cluster, 'b')).toEqual(['b', 'c', 'a']);
  expect(cluster.at('b').pipes.ins).toHaveLength(2);
  flow.stop();
});

test('a node that is about to go is no place for others, and leaves its own to them', async () => {
  const cluster = started(1, 'a', 'b', 'c', 'd');
  cluster.film(zone, 'a');
  cluster.at('b').watch(zone);
  await pass(cluster, 600);
  cluster.draining.add('b');
  cluster.at('c').watch(zone);
  await pass(cluster, 300);
  expect(wayUp(cluster, 'c')).toEqual(['c', 'a']);
  // Not by another way either, and the owner itself carries on as long as it has it.
  cluster.cut.add('d a').add('d c');
  cluster.at('d').watch(zone);
  await pass(cluster, 3000);
  expect(wayUp(cluster, 'd')).toEqual(['d']);
  cluster.cut.clear();
  cluster.draining.add('a');
  await pass(cluster, 30_000, 100);
  expect(cluster.at('d').shows(zone)).toBe(true);
  expect(wayUp(cluster, 'd')).not.toContain('b');
});

test('a node that does not reach the owner gets the zone by a third one, and says so to nobody', async () => {
  const cluster = started(8, 'a', 'b', 'c');
  cluster.cut.add('b a');
  cluster.film(zone, 'a');
  cluster.at('b').watch(zone);
  await pass(cluster, 1500);
  expect(wayUp(cluster, 'b')).toEqual(['b', 'c', 'a']);
  expect(cluster.at('b').zones.find(zone)?.summary).not.toHaveProperty('unreachable');
  expect(cluster.at('b').reach.list(new Set([cluster.at('a').run.boot]))).toMatchObject([
    { node: 'a' },
  ]);
});

test('a node to which the owner sends, and nothing comes, gets the zone by a third one within seconds', async () => {
  const cluster = started(8, 'a', 'b', 'c');
  cluster.film(zone, 'a');
  cluster.at('b').watch(zone);
  // All that is sent comes, but for what goes straight from a to b.
  const sending = setInterval(() => {
    for (const { pipes } of cluster.nodes.values()) for (const out of pipes.outs) out.bytes += 1000;
    for (const pipe of cluster.at('c').pipes.ins) pipe.bytes += 1000;
    for (const pipe of cluster.at('b').pipes.ins.slice(1)) pipe.bytes += 1000;
  }, 50);
  await pass(cluster, 6000);
  expect(wayUp(cluster, 'b')).toEqual(['b', 'c', 'a']);
  expect(cluster.at('b').pipes.ins).toHaveLength(2);
  await pass(cluster, 30_000, 100);
  expect(cluster.at('b').pipes.ins).toHaveLength(2);
  expect(cluster.at('b').shows(zone)).toBe(true);
  clearInterval(sending);
});

test('where nobody reaches the owner, viewers are told which node it is, and it heals by itself', async () => {
  const cluster = started(8, 'a', 'b', 'c');
  cluster.cut.add('b a').add('c a');
  cluster.film(zone, 'a');
  cluster.at('b').watch(zone);
  cluster.at('c').watch(zone);
  await pass(cluster, 3000);
  for (const name of ['b', 'c'])
    expect(cluster.at(name).zones.find(zone)?.summary).toMatchObject({
      camera: 'idle',
      unreachable: 'a',
    });
  cluster.cut.clear();
  // A node that was tried often rests longest.
  await pass(cluster, 30_000, 100);
  for (const name of ['b', 'c']) {
    expect(cluster.at(name).shows(zone)).toBe(true);
    expect(cluster.at(name).zones.find(zone)?.summary).not.toHaveProperty('unreachable');
  }
});

test('whatever happens in whatever order, there is no circle, and all come to have what they watch', async () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const name = fc.constantFrom(...names);
  const step = fc.record({
    act: fc.constantFrom(
      'watch',
      'watch',
      'watch',
      'unwatch',
      'film',
      'kill',
      'break',
      'start',
      'cut',
      'mend',
    ),
    name,
    other: name,
    pause: fc.constantFrom(0, 3, 10, 50, 300, 1500),
  });
  const scenario = fc.record({
    fanOut: fc.integer({ min: 1, max: 3 }),
    steps: fc.array(step, { maxLength: 25 }),
  });
  await fc.assert(
    fc.asyncProperty(scenario, async ({ fanOut, steps }) => {
      const cluster = started(fanOut, ...names);
      const flow = cluster.flow();
      const watching = new Set<string>();
      for (const each of steps) {
        const node = cluster.nodes.get(each.name);
        if (each.act === 'watch' && node) {
          watching.add(each.name);
          node.watch(zone);
        } else if (each.act === 'unwatch') {
          watching.delete(each.name);
          node?.unwatch(zone);
        } else if (each.act === 'film' && node) cluster.film(zone, each.name);
        else if (each.act === 'kill') {
          watching.delete(each.name);
          cluster.kill(each.name);
        } else if (each.act === 'break') cluster.break(each.name, each.other);
        else if (each.act === 'start' && !node) cluster.start(each.name);
        else if (each.act === 'cut') cluster.cut.add(`${each.name} ${each.other}`);
        else if (each.act === 'mend') cluster.cut.clear();
        await pass(cluster, each.pause, 3);
        requireNoCircle(cluster);
      }
      cluster.cut.clear();
      await pass(cluster, 40_000, 500);
      const owner = cluster.owners.get(zone)?.node;
      for (const each of watching) {
        expect(cluster.at(each).shows(zone)).toBe(owner !== undefined);
        if (owner !== undefined) expect(wayUp(cluster, each).at(-1)).toBe(owner);
      }
      flow.stop();
      cluster.stop();
    }),
    { numRuns: 12 },
  );
}, 30_000);

const path = (token: number, ...boots: string[]): PipePath => ({
  token,
  nodes: boots.map((boot) => ({ node: boot, boot })),
});
const run = (boot: string) => ({ node: boot, boot });

test.each([
  ['it has room', { token: 5 }, path(5, 'o', 'p'), ['x'], 'carried'],
  ['it is full', { token: 5 }, path(5, 'o', 'p'), ['x', 'y'], [run('x'), run('y')]],
  ['its own place is taken again', { token: 5 }, path(5, 'o'), ['x', 'asker'], 'carried'],
  ['there is no other place', { token: 5, manner: 'insist' }, path(5, 'o'), ['x', 'y'], 'carried'],
  ['it has the zone from an owner that is none any more', { token: 6 }, path(5, 'o', 'p'), [], []],
  ['it has the zone from whoever asks', { token: 5 }, path(5, 'o', 'asker', 'p'), [], []],
  ['it has the zone not', { token: 5 }, undefined, [], []],
  ['it has the zone not, and is to get it', { token: 5, manner: 'relay' }, undefined, [], 'waits'],
  ['a former version asks the owner', {}, path(5, 'o'), ['x', 'y'], 'carried'],
  ['a former version asks an edge', {}, path(5, 'o', 'p'), [], []],
  [
    'the way is as long as any may be',
    { token: 5 },
    path(5, ...Array.from({ length: longestPath }, (_, index) => `n${index}`)),
    [],
    [],
  ],
] as const)('where a node gets its place: %s', (_when, wish, way, children, place) => {
  const carrier = { path: way, children: children.map(run), fanOut: 2, drains: false };
  expect(placeFor(run('asker'), wish, carrier)).toEqual(place);
});

test('a node that fails is not tried for longer each time, and forgotten when it works or has died', () => {
  let now = 0;
  const reach = new Reach(() => now);
  const rests: number[] = [];
  for (let times = 0; times < 6; times += 1) {
    reach.failed(run('b'), 'it is gone');
    const from = now;
    while (reach.avoids('b')) now += 100;
    rests.push(now - from);
  }
  expect(rests[0]).toBeLessThanOrEqual(2600);
  expect(rests[3]).toBeGreaterThan(10_000);
  expect(Math.max(...rests)).toBeLessThanOrEqual(25_100);
  expect(reach.list(new Set(['b']))).toEqual([{ node: 'b', reason: 'it is gone' }]);
  expect(reach.list(new Set())).toEqual([]);
  reach.failed(run('b'), 'it is gone');
  reach.works('b');
  expect([reach.avoids('b'), reach.reasonOf('b')]).toEqual([false, undefined]);
});
