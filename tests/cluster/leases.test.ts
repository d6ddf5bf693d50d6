/** Who has a zone, by real Redis: claims, renewals, tokens; and what happens when Redis or a node fails. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { lease, openDesk, type Desk } from '../support/directory.ts';
import { testWith } from '../support/prerequisites.ts';
import { startRedis, type RunningRedis } from '../support/redis.ts';

const test = testWith(['redis-server', 'redis-cli']);
let redis: RunningRedis;
let desks: Desk[] = [];
let zones = 0;
const newZone = (): string => `CBD-TRAFFIC-${(zones += 1)}`;

async function desk(name: string): Promise<Desk> {
  const made = await openDesk(redis.url, name);
  desks.push(made);
  return made;
}

/** Resolves when a node has renewed a zone, which fails while Redis does not answer. */
function renewed({ leases }: Desk, zone: string): Promise<void> {
  return expect
    .poll(() =>
      leases.renew().then(
        () => leases.has(zone),
        () => false,
      ),
    )
    .toBe(true);
}

beforeAll(async () => {
  redis = await startRedis();
});
afterEach(() => {
  for (const { redis: connection } of desks) connection.close();
  desks = [];
});
afterAll(async () => redis.stop());

test('of many nodes that claim a zone at once, one gets it, and the others are told which', async () => {
  const zone = newZone();
  const all = await Promise.all(['a', 'b', 'c', 'd'].map(desk));
  const answers = await Promise.all(all.map(({ leases }) => leases.claim(zone)));
  const winners = all.filter(({ leases }) => leases.has(zone));
  expect(winners).toHaveLength(1);
  const [winner] = winners;
  const told = answers.flatMap((other) => (typeof other === 'object' ? [other.token] : []));
  expect(told).toEqual(Array(3).fill(winner?.leases.tokenOf(zone)));
});

test('a lease that is renewed stays; one that is not ends, and the next token is higher', async () => {
  const zone = newZone();
  const [a, b] = [await desk('a'), await desk('b')];
  await a.leases.claim(zone);
  for (let times = 0; times < 4; times += 1) {
    await pause(lease / 2);
    await a.leases.renew();
  }
  expect(a.leases.has(zone)).toBe(true);
  expect(await b.leases.claim(zone)).toMatchObject({ node: 'a' });
  await pause(lease * 1.2);
  expect(a.leases.has(zone)).toBe(false);
  expect(await b.leases.claim(zone)).toBeUndefined();
  expect(b.leases.tokenOf(zone)).toBeGreaterThan(a.leases.tokenOf(zone) ?? Infinity);
  await a.leases.renew();
  expect(a.lost).toEqual([`${zone} to b`]);
});

test('what is given back is free at once, and nobody gives back what is another one’s', async () => {
  const zone = newZone();
  const [a, b] = [await desk('a'), await desk('b')];
  await a.leases.claim(zone);
  await a.leases.release(zone);
  expect(await b.leases.claim(zone)).toBeUndefined();
  // Of an earlier time: it had the zone, and has not heard yet that another one has it.
  await a.leases.release(zone);
  expect(await a.leases.claim(zone)).toMatchObject({ node: 'b' });
  expect([...(await a.leases.ownersOf([zone])).values()]).toMatchObject([{ node: 'b' }]);
});

test('a thousand zones are renewed in a few steps, and all are listed', async () => {
  const a = await desk('a');
  const mine = Array.from({ length: 1000 }, newZone);
  await Promise.all(mine.map((zone) => a.leases.claim(zone)));
  const before = await commands();
  await a.leases.renew();
  expect((await commands()) - before).toBeLessThan(10);
  expect(mine.every((zone) => a.leases.has(zone))).toBe(true);
  const listed = await a.leases.list();
  expect(mine.every((zone) => listed.get(zone)?.node === 'a')).toBe(true);
  await Promise.all(mine.map((zone) => a.leases.release(zone)));
  expect(mine.some((zone) => a.leases.has(zone))).toBe(false);
});

test('a node that was paused longer than its lease knows by its own clock that it has none', async () => {
  const zone = newZone();
  const a = await desk('a');
  await a.leases.claim(zone);
  a.pause(lease);
  expect(a.leases.has(zone)).toBe(false);
  const before = a.leases.tokenOf(zone) ?? 0;
  // Nobody else has it: it is claimed anew.
  await a.leases.renew();
  expect(a.leases.has(zone)).toBe(true);
  expect(a.leases.tokenOf(zone)).toBeGreaterThanOrEqual(before);
});

test('an answer that comes after the lease would have ended is worth nothing', async () => {
  const zone = newZone();
  const a = await desk('a');
  const asked = a.leases.claim(zone);
  a.pause(lease);
  await expect(asked).rejects.toMatchObject({ code: 'unavailable' });
  expect(a.leases.has(zone)).toBe(false);
});

test('Redis that hangs is noticed within a lease; claims are refused as unavailable, and succeed when it goes on', async () => {
  const [mine, other] = [newZone(), newZone()];
  const a = await desk('a');
  await a.leases.claim(mine);
  redis.freeze();
  try {
    const begun = performance.now();
    await expect(a.leases.claim(other)).rejects.toMatchObject({ code: 'unavailable' });
    expect(performance.now() - begun).toBeLessThan(lease);
    await pause(lease);
    expect(a.leases.has(mine)).toBe(false);
    expect(a.redis.trouble).toBeDefined();
  } finally {
    redis.thaw();
  }
  await renewed(a, mine);
  expect(await a.leases.claim(other)).toBeUndefined();
  expect(a.lost).toEqual([]);
});

test('Redis that comes back empty has all leases again with the next renewal, and its tokens go on growing', async () => {
  const [mine, other] = [newZone(), newZone()];
  const [a, b] = [await desk('a'), await desk('b')];
  await a.leases.claim(mine);
  const token = a.leases.tokenOf(mine) ?? Infinity;
  await redis.kill();
  await expect(b.leases.claim(other)).rejects.toMatchObject({ code: 'unavailable' });
  await redis.start();
  await renewed(a, mine);
  expect(a.leases.tokenOf(mine)).toBeGreaterThanOrEqual(token);
  await expect.poll(() => b.leases.claim(other).catch(() => 'refused')).toBeUndefined();
  expect(b.leases.tokenOf(other)).toBeGreaterThan(token);
  expect(await b.leases.claim(mine)).toMatchObject({ node: 'a' });
});

test('tokens grow also where Redis has lost the last ones and its clock stands behind', async () => {
  const zone = newZone();
  const a = await desk('a');
  const far = Date.now() + 3_600_000; // What was given before the fail-over, by a clock an hour ahead.
  a.leases.heard(far);
  await a.leases.claim(zone);
  expect(a.leases.tokenOf(zone)).toBeGreaterThan(far);
});

test('of two that believe to have a zone after a fail-over, the one with the higher token stays', async () => {
  const zone = newZone();
  const [a, b] = [await desk('a'), await desk('b')];
  await b.leases.claim(zone);
  const lower = b.leases.tokenOf(zone) ?? 0;
  // Redis has lost that, gives the zone to a, and then gets it told again by b, which has a lower token.
  await cli('DEL', `surveillance:lease:${zone}`);
  await a.leases.claim(zone);
  expect(a.leases.tokenOf(zone)).toBeGreaterThan(lower);
  await b.leases.renew();
  expect(b.lost).toEqual([`${zone} to a`]);
  // The other way round: a renews with the higher one, while Redis has the lower one.
  await cli('SET', `surveillance:lease:${zone}`, `${lower} b boot-of-b`);
  await a.leases.renew();
  expect(a.lost).toEqual([]);
  expect((await b.leases.ownersOf([zone])).get(zone)).toMatchObject({ node: 'a' });
});

test('what was given back while Redis could not be asked stays given back', async () => {
  const zone = newZone();
  const a = await desk('a');
  await a.leases.claim(zone);
  a.pause(lease);
  const renewed = a.leases.renew();
  await a.leases.release(zone);
  await renewed;
  expect(a.leases.tokenOf(zone)).toBeUndefined();
  expect((await a.leases.ownersOf([zone])).size).toBe(0);
});

async function cli(...args: string[]): Promise<string> {
  const { execFile } = await import('node:child_process');
  return new Promise((resolve, reject) =>
    execFile('redis-cli', ['-p', `${redis.port}`, ...args], (error, out) =>
      error ? reject(error) : resolve(out),
    ),
  );
}

/** How many that came over the network, Redis has handled: those inside of scripts are not counted. */
async function commands(): Promise<number> {
  const info = await cli('INFO', 'commandstats');
  return Number(/cmdstat_evalsha:calls=(\d+)/.exec(info)?.[1] ?? 0);
}
