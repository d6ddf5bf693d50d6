/** Nodes that stand still for a while, and what is left of one that does not go on: real servers, by SIGSTOP. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { leaseTime, TestCluster } from '../support/cluster.ts';
import { persist } from '../support/peers/persist.ts';
import type { LightPublisher } from '../support/peers/publisher.ts';
import { directory, flows, People, pipesOf } from '../support/people.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { testWith } from '../support/prerequisites.ts';
import type { RunningServer } from '../support/server.ts';

const test = testWith(['redis-server']);
/** After this long nothing is left of the dead, ms. */
const ghostless = leaseTime + 5000;

describe.skipIf(!postgresPrograms)('nodes that stand still', () => {
  let cluster: TestCluster;
  let a: RunningServer;
  let b: RunningServer;
  const people = new People();

  beforeAll(async () => {
    cluster = await TestCluster.start();
    [a, b] = await Promise.all([cluster.startNode('a'), cluster.startNode('b')]);
  });
  afterEach(() => {
    for (const node of [a, b]) node.process.kill('SIGCONT');
    people.close();
  });
  afterAll(async () => cluster?.stop());

  test('an owner that stands still for half a lease keeps its zone, and its pipe', async () => {
    const camera = await people.film(a, 'CBD-STILL-01');
    const viewer = await people.watch(b, 'CBD-STILL-01');
    await flows(viewer);
    a.process.kill('SIGSTOP');
    await pause(leaseTime / 2);
    a.process.kill('SIGCONT');
    await flows(viewer);
    await pause(leaseTime);
    await flows(viewer);
    expect(camera.client.heard('session:ended')).toEqual([]);
    expect((await directory(b))?.zones['CBD-STILL-01']).toBe('a');
  });

  test('an owner that stood still for two leases has its zone again where nobody took it, and all see it', async () => {
    const camera = await people.film(a, 'CBD-STILL-02');
    const viewer = await people.watch(b, 'CBD-STILL-02');
    await flows(viewer);
    a.process.kill('SIGSTOP');
    await expect
      .poll(async () => (await directory(b))?.nodes, { timeout: ghostless })
      .toEqual(['b']);
    expect((await directory(b))?.zones).toEqual({});
    await pause(leaseTime);
    a.process.kill('SIGCONT');
    await flows(viewer);
    await expect.poll(async () => (await directory(b))?.zones['CBD-STILL-02']).toBe('a');
    expect(camera.client.heard('session:ended')).toEqual([]);
  });

  test('an owner that stood still while Redis came back empty has again what nobody took, and lets go of what was taken', async () => {
    const [kept, taken] = ['CBD-STILL-04', 'CBD-STILL-05'];
    for (const zone of [kept, taken]) await people.film(a, zone);
    const viewers = [
      await people.watch(b, kept),
      await people.watch(b, taken),
      await people.watch(a, taken, { reconnects: true }),
    ];
    for (const viewer of viewers) await flows(viewer);
    a.process.kill('SIGSTOP');
    await cluster.redis.kill();
    await cluster.redis.start();
    await expect
      .poll(() => directory(b), { timeout: ghostless })
      .toEqual({ nodes: ['b'], zones: {} });
    // Claims wait for a while, since whoever had the zone may put it back.
    const successors: LightPublisher[] = [];
    await persist(
      async () => void successors.push(await people.film(b, taken)),
      () => true,
    );
    a.process.kill('SIGCONT');
    const whole = { nodes: ['a', 'b'], zones: { [kept]: 'a', [taken]: 'b' } };
    for (const node of [a, b]) {
      await expect.poll(() => directory(node), { timeout: 10_000 }).toEqual(whole);
    }
    for (const viewer of viewers) await flows(viewer, 20_000);
    await pause(leaseTime);
    for (const node of [a, b]) expect(await directory(node)).toEqual(whole);
    for (const { client } of successors) expect(client.heard('session:ended')).toEqual([]);
  });

  test('an edge that stands still is soon no viewer any more: its pipe goes, and the camera sleeps; then its viewers see it again', async () => {
    const camera = await people.film(a, 'CBD-STILL-03');
    // It may lose its socket, and comes back by itself as a page does.
    const viewer = await people.watch(b, 'CBD-STILL-03', { reconnects: true });
    await flows(viewer);
    b.process.kill('SIGSTOP');
    await expect.poll(() => pipesOf(a), { timeout: ghostless }).toEqual({ in: 0, out: 0 });
    await expect.poll(async () => (await directory(a))?.nodes).toEqual(['a']);
    await expect
      .poll(() => camera.client.heard('layers:wanted').at(-1), { timeout: 10_000 })
      .toEqual({ highest: null });
    b.process.kill('SIGCONT');
    const another = await people.watch(b, 'CBD-STILL-03');
    await Promise.all([flows(another), flows(viewer, 20_000)]);
    await expect.poll(() => pipesOf(a)).toEqual({ in: 0, out: 1 });
  });
});
