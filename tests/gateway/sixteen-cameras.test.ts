import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MixedSite, zoneOf } from '../support/gateway/mixed-site.ts';

const watching = 12_000; // ms
let site: MixedSite;

beforeAll(async () => {
  site = await MixedSite.start();
});
afterAll(() => site?.close());

test('a dead camera, a slow one, one that restarts and one that sends garbage take no picture from twelve others', async () => {
  await site.watch();
  await expect
    .poll(() => site.good.filter((zone) => site.of(zone, 0).length > 5).length, { timeout: 15_000 })
    .toBe(site.good.length);
  const from = performance.now();
  const before = site.memory;
  await wait(watching);
  const due = (site.frameRate * (performance.now() - from)) / 1000;
  const shares = site.good.map((zone) => site.of(zone, from).length / due);
  const gaps = site.good.map((zone) => site.gap(zone, from));
  const after = site.memory;
  console.log(
    `${(100 * Math.min(...shares)).toFixed(1)} % of the pictures, longest gap ${Math.max(...gaps).toFixed(0)} ms, ` +
      `memory ${before.toFixed(0)} to ${after.toFixed(0)} MiB`,
  );
  expect(Math.min(...shares)).toBeGreaterThan(0.95);
  expect(Math.max(...gaps)).toBeLessThan(1000);
  expect(after).toBeLessThan(300);

  const reports = await site.reports();
  expect(reports.size).toBe(16);
  expect(reports.get('dead')).toMatchObject({ state: 'trying', trouble: { code: 'unreachable' } });
  expect(reports.get('slow')).toMatchObject({ state: 'live' });
  expect(site.of(zoneOf('slow'), from).length).toBeGreaterThan(5);
  expect(['live', 'trying']).toContain(reports.get('restarting')?.state);
  expect(site.of(zoneOf('restarting'), from).length).toBeGreaterThan(50);
  expect(reports.get('garbage')?.state).toBe('trying');
  expect(['not-rtsp', 'closed', 'stalled']).toContain(reports.get('garbage')?.trouble?.code);

  // One line for each change of state: what comes and goes is told of once, and once for each other trouble.
  expect(site.logged('dead').length).toBeLessThanOrEqual(2);
  expect(site.logged('restarting').length).toBeLessThanOrEqual(4);
  expect(site.logged('garbage').length).toBeLessThanOrEqual(8);
  for (const zone of site.good)
    expect(site.logged(zone.toLowerCase()).length).toBeLessThanOrEqual(4);
}, 60_000);
