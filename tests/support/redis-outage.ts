/** Redis is out for a while under two nodes: what has to go on meanwhile, and what has to be afterwards. */
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { leaseTime, type TestCluster } from './cluster.ts';
import { directory, flows, People } from './people.ts';
import { readiness } from './readiness.ts';
import type { RunningServer } from './server.ts';

/** @param nodes the only ones of the cluster, called a and b */
export async function sitOutRedis(
  { redis }: TestCluster,
  [a, b]: readonly [RunningServer, RunningServer],
  how: 'killed' | 'hanging',
): Promise<void> {
  const people = new People();
  try {
    const crossing = `CBD-CROSSING-${how.toUpperCase()}`;
    const near = `CBD-NEAR-${how.toUpperCase()}`;
    const fresh = `CBD-FRESH-${how.toUpperCase()}`;
    const cameras = [await people.film(a, crossing), await people.film(a, near)];
    const watching = await people.watch(b, crossing);
    await flows(watching);
    await (how === 'killed' ? redis.kill() : redis.freeze());
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
    await (how === 'killed' ? redis.start() : redis.thaw());
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
  } finally {
    people.close();
  }
}
