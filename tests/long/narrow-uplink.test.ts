/** Ways to the server that are too narrow, of several kinds, for a minute each. */
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { NarrowSite } from '../support/gateway/narrow-site.ts';

/** Until all has found its place, ms. */
const settling = 15_000;
const watching = 40_000;

async function watched(settings: {
  queue: number;
  width: number;
}): Promise<NarrowSite & AsyncDisposable> {
  const site = await NarrowSite.start(settings);
  await site.watch();
  await wait(settling);
  return Object.assign(site, { [Symbol.asyncDispose]: () => site.close() });
}

test.each([50, 300, 1000])(
  'of 3 Mbit/s with a queue of %i ms every zone has its sub stream, and the queue stays short',
  async (queue) => {
    await using site = await watched({ queue, width: 3_000_000 });
    const from = performance.now();
    await wait(watching);
    const gaps = site.zones.map((zone) => site.gap(zone, from));
    const { usual, most } = site.waited(from);
    console.log(
      `longest gap ${Math.max(...gaps).toFixed(0)} ms, queue ${usual.toFixed(0)} to ${most.toFixed(0)} ms`,
    );
    expect(Math.max(...gaps)).toBeLessThan(2000);
    expect(usual).toBeLessThan(30);
    // Each time that more is tried, for a moment.
    expect(most).toBeLessThan(600);
  },
  120_000,
);

test.each([50, 1000])(
  'of 1 Mbit/s with a queue of %i ms there is room for some sub streams: these stay, and the other rows say so',
  async (queue) => {
    await using site = await watched({ queue, width: 1_000_000 });
    const from = performance.now();
    const before = site.zones.filter((zone) => site.of(zone, from - 3000).length > 20);
    await wait(watching);
    const after = site.zones.filter((zone) => site.gap(zone, from) < 3000);
    console.log(`${before.length} zones, ${after.length} of them without a gap of 3 s`);
    expect(after.length).toBeGreaterThanOrEqual(5);
    expect(before.filter((zone) => !after.includes(zone)).length).toBeLessThanOrEqual(1);
    const reports = await site.reports();
    expect(reports.filter(({ narrow }) => narrow).length).toBe(site.zones.length);
    expect(reports.filter(({ state }) => state === 'trying').length).toBeGreaterThanOrEqual(8);
  },
  120_000,
);

test('after 20 s of 3 Mbit/s all main streams are back soon once there is room', async () => {
  await using site = await watched({ queue: 300, width: 3_000_000 });
  await wait(5000);
  const wide = performance.now();
  site.link.up.width = undefined;
  const large = (): number =>
    site.zones.filter((zone) =>
      site.of(zone, performance.now() - 1000).some(({ layer }) => layer === 1),
    ).length;
  await expect.poll(large, { timeout: 60_000, interval: 250 }).toBe(site.zones.length);
  console.log(`all were back after ${((performance.now() - wide) / 1000).toFixed(1)} s`);
}, 120_000);
