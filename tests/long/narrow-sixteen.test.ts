/** Sixteen real cameras over a way to the server that has room for their sub streams alone. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NarrowSite } from '../support/gateway/narrow-site.ts';

const width = 3_000_000;
/** For so long nothing is amiss, ms. */
const steady = 6000;
let site: NarrowSite;

beforeAll(async () => {
  site = await NarrowSite.start({ queue: 50, width });
});
afterAll(() => site?.close());

test('3 Mbit/s for 16 cameras: every zone has its sub stream, and main streams as there is room', async () => {
  await site.watch();
  const begun = performance.now();
  const problems = (): string[] => {
    const from = Math.max(begun, performance.now() - steady);
    return [
      ...(performance.now() - begun < steady ? ['it has only begun'] : []),
      ...site.zones
        .filter((zone) => site.gap(zone, from) > 2000)
        .map((zone) => `${zone} has no picture`),
      ...site.zones
        .filter((zone) => site.of(zone, from).some(({ layer }) => layer > 0))
        .map((zone) => `${zone} shows the main stream`),
    ];
  };
  await expect.poll(problems, { timeout: 30_000, interval: 250 }).toEqual([]);
  const to = performance.now();
  const from = to - steady;
  const gaps = site.zones.map((zone) => site.gap(zone, from, to));
  const delays = site.zones.flatMap((zone) => site.of(zone, from, to).map(({ delay }) => delay));
  delays.sort((a, b) => a - b);
  const queue = site.waited(from, to);
  console.log(
    `steady ${((from - begun) / 1000).toFixed(1)} s after it began: longest gap ${Math.max(...gaps).toFixed(0)} ms, ` +
      `delay ${delays[delays.length >> 1]?.toFixed(0)} to ${delays.at(-1)?.toFixed(0)} ms, ` +
      `in the queue ${queue.usual.toFixed(0)} to ${queue.most.toFixed(0)} ms`,
  );
  // Key pictures of all cameras come at once here, and follow each other on the way.
  expect(delays[delays.length >> 1]).toBeLessThan(1000);
  const narrow = await site.reports();
  expect(
    narrow.map(({ state, narrow, streams }) => ({
      state,
      narrow,
      pulled: streams.map(({ pulled }) => pulled),
    })),
  ).toEqual(site.zones.map(() => ({ state: 'live', narrow: true, pulled: [true, false] })));

  const wide = performance.now();
  site.link.up.width = 15_000_000;
  const large = (): number =>
    site.zones.filter((zone) =>
      site.of(zone, performance.now() - 1000).some(({ layer }) => layer === 1),
    ).length;
  await expect.poll(large, { timeout: 40_000, interval: 250 }).toBeGreaterThanOrEqual(4);
  console.log(
    `four main streams came ${((performance.now() - wide) / 1000).toFixed(1)} s after there was room`,
  );
}, 100_000);
