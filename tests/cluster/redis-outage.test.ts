/** Redis is gone for a while, or hangs, and has forgotten all: what flows goes on, and nobody takes what is another one's. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { leaseTime, TestCluster } from '../support/cluster.ts';
import { directory, flows, People } from '../support/people.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { testWith } from '../support/prerequisites.ts';
import { readiness } from '../support/readiness.ts';
import type { RunningServer } from '../support/server.ts';

const test = testWith(['redis-server']);

describe.skipIf(!postgresPrograms)('nodes whose Redis is out', () => {
  let cluster: TestCluster;
  let a: RunningServer;
  let b: RunningServer;
  const people = new People();

  beforeAll(async () => {
    cluster = await TestCluster.start();
    [a, b] = [await cluster.startNode('a'), await cluster.startNode('b')];
  });
  afterEach(() => people.close());
  afterAll(async () => cluster?.stop());

  const outages: [string, () => unknown, () => unknown][] = [
    ['killed, and comes back empty', () => cluster.redis.kill(), () => cluster.redis.start()],
    ['hanging, and goes on', () => cluster.redis.freeze(), () => cluster.redis.thaw()],
  ];
  test.each(outages)(
    'while it is %s, pictures go on and more can be watched; then all is as it was',
    async (what, begin, end) => {
      const [crossing, near, fresh] = ['CROSSING', 'NEAR', 'FRESH'].map(
        (name) => `CBD-${name}-${what.slice(0, 4).toUpperCase()}`,
      ) as [string, string, string];
      const cameras = [await people.film(a, crossing), await people.film(a, near)];
      const watching = await people.watch(b, crossing);
      await flows(watching);
      await begin();
      await pause(leaseTime * 1.5);
      // One that crosses already, one that did not, and one of the same node.
      await flows(watching);
      for (const [node, zone] of [
        [b, crossing],
        [b, near],
        [a, near],
      ] as const)
        await flows(await people.watch(node, zone));
      const ofRival = await people.persist(b, crossing);
      const ofLater = await people.persist(b, fresh);
      await expect.poll(() => ofRival.at(-1)?.error?.code).toBe('unavailable');
      await expect.poll(() => ofLater.at(-1)?.error?.code).toBe('unavailable');
      expect((await fetch(`${a.url}/healthz`)).status).toBe(200);
      expect(await readiness(a.url)).toMatchObject({
        ready: true,
        parts: { cluster: expect.stringContaining('cameras cannot begin') },
      });
      await end();
      await expect.poll(() => ofLater.at(-1), { timeout: 15_000 }).toMatchObject({ ok: true });
      await expect.poll(() => ofRival.at(-1)?.error?.code).toBe('zone-occupied');
      const whole = {
        nodes: ['a', 'b'],
        zones: { [crossing]: 'a', [near]: 'a', [fresh]: 'b' },
      };
      for (const node of [a, b]) await expect.poll(() => directory(node)).toEqual(whole);
      await flows(watching);
      for (const { client } of cameras) expect(client.heard('session:ended')).toEqual([]);
      await expect.poll(async () => (await readiness(a.url)).parts.cluster).toBe('ok');
    },
  );
});
