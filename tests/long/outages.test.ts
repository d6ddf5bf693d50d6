/** Outages of a cluster in their full length: 20 s without the owner's network, 60 s without Redis; and a Redis that hangs. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect } from 'vitest';
import { TestCluster } from '../support/cluster.ts';
import { cutOffOwner } from '../support/cut-off-owner.ts';
import { NodesFarApart } from '../support/nodes-far-apart.ts';
import { directory, flows, People } from '../support/people.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { testWith } from '../support/prerequisites.ts';
import { sitOutRedis } from '../support/redis-outage.ts';

const inLab = testWith(['redis-server', 'ip', 'nft', 'nsenter', 'socat'], { namespaces: true });
const test = testWith(['redis-server']);
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

describe.skipIf(!postgresPrograms)('a cluster', () => {
  inLab('whose owner of a zone is cut off for 20 s', async () => {
    const scene = await NodesFarApart.start(3000);
    ends.push(() => scene.close());
    const all = [];
    for (const zone of ['CBD-CUT-01', 'CBD-CUT-02', 'CBD-CUT-03'])
      all.push(await cutOffOwner(scene, zone, 20_000));
    console.table(all);
  });

  test('whose Redis is gone for 60 s, and comes back empty', async () => {
    const cluster = await TestCluster.start();
    ends.push(() => cluster.stop());
    const settings = { CLUSTER_LEASE: '3000' };
    const [a, b] = [await cluster.startNode('a', settings), await cluster.startNode('b', settings)];
    const people = new People();
    ends.push(() => people.close());
    const camera = await people.film(a, 'CBD-OUT-01');
    const viewer = await people.watch(b, 'CBD-OUT-01');
    await cluster.redis.kill();
    const later = await people.persist(b, 'CBD-OUT-02');
    const until = performance.now() + 60_000;
    while (performance.now() < until) await flows(viewer, 3000);
    await cluster.redis.start();
    const back = performance.now();
    await expect.poll(() => later.at(-1), { timeout: 15_000 }).toMatchObject({ ok: true });
    console.log(`a claim ${Math.round(performance.now() - back)} ms after Redis`);
    const whole = { nodes: ['a', 'b'], zones: { 'CBD-OUT-01': 'a', 'CBD-OUT-02': 'b' } };
    for (const node of [a, b]) await expect.poll(() => directory(node)).toEqual(whole);
    expect(camera.client.heard('session:ended')).toEqual([]);
  });

  test('whose Redis hangs, and goes on: pictures go on and more can be watched; then all is as it was', async () => {
    const cluster = await TestCluster.start();
    ends.push(() => cluster.stop());
    const nodes = await Promise.all([cluster.startNode('a'), cluster.startNode('b')]);
    await sitOutRedis(cluster, nodes, 'hanging');
  });

  test('whose edge stands still as a whole, as a machine does: its viewers see the picture again', async () => {
    const cluster = await TestCluster.start();
    ends.push(() => cluster.stop());
    const [a, b] = await Promise.all([cluster.startNode('a'), cluster.startNode('b')]);
    const signal = (name: NodeJS.Signals): void => {
      for (const pid of b.pids()) process.kill(pid, name);
    };
    const people = new People();
    ends.push(
      () => people.close(),
      () => signal('SIGCONT'),
    );
    await people.film(a, 'CBD-STILL-01');
    const viewer = await people.watch(b, 'CBD-STILL-01', { reconnects: true });
    // The socket outlives the first one; also what receives from browsers stands still.
    for (const time of [3000, 14_000]) {
      await flows(viewer);
      signal('SIGSTOP');
      await pause(time);
      signal('SIGCONT');
      await flows(viewer, 20_000);
      await flows(await people.watch(b, 'CBD-STILL-01'));
    }
  });
});
