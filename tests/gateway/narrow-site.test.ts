/** A way to the server that becomes too narrow for the main streams of a site while these are shown. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NarrowSite } from '../support/gateway/narrow-site.ts';

/** A little more than their sub streams take, bit/s. */
const width = 1_300_000;
/** For so long nothing is amiss, ms: three key pictures come in that time. */
const steady = 3000;
/** A key picture that is lost is waited for once more, and all come at once, ms. */
const longestGap = 2000;
let site: NarrowSite;

beforeAll(async () => {
  site = await NarrowSite.start({ cameras: 6, queue: 50, width: Infinity });
});
afterAll(() => site?.close());

test('every zone goes on with its sub stream, and the rows say why', async () => {
  const shows = (zone: string, layer: number, from: number): boolean =>
    site.of(zone, from).some((picture) => picture.layer === layer);
  await site.watch();
  await expect
    .poll(() => site.zones.filter((zone) => shows(zone, 1, performance.now() - 1000)), {
      timeout: 15_000,
    })
    .toEqual(site.zones);

  site.link.up.width = width;
  const begun = performance.now();
  const problems = (): string[] => {
    const from = Math.max(begun, performance.now() - steady);
    return [
      ...(performance.now() - begun < steady ? ['it has only begun'] : []),
      ...site.zones.filter((zone) => site.gap(zone, from) > longestGap),
      ...site.zones.filter((zone) => shows(zone, 1, from)).map((zone) => `${zone}, main stream`),
    ];
  };
  await expect.poll(problems, { timeout: 12_000 }).toEqual([]);
  const gaps = site.zones.map((zone) => Math.round(site.gap(zone, begun)));
  console.log(`longest times without a picture since it became narrow: ${gaps.join(', ')} ms`);
  const rows = await site.reports();
  expect(rows.map(({ state, narrow }) => ({ state, narrow }))).toEqual(
    site.zones.map(() => ({ state: 'live', narrow: true })),
  );
}, 30_000);
