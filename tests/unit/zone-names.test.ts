/** Names of zones that there are: told to whoever sees them, and compared to what is typed. */
import { expect, test, vi } from 'vitest';
import { mostNamed } from '../../server/contract/zone-list.ts';
import { expectedNames } from '../../server/zones/expected-names.ts';
import { blankRecord } from '../../server/zones/record.ts';
import { KnownNames } from '../../web/lib/zones/known-names.svelte.ts';
import { fakeZones } from '../support/fake-zone.ts';

test('a zone is named that is listed, not one in which somebody only waits, nor one that one may not see', () => {
  const zones = fakeZones();
  for (const id of ['PARK-WEST-01', 'CBD-GATE-01', 'CBD-GATE-02'])
    zones.keep({ ...blankRecord(id), listed: true });
  zones.at('CBD-GAET-01');
  const told = expectedNames(zones.all(), (id) => id.startsWith('CBD-'));
  expect(told).toEqual({ names: ['CBD-GATE-01', 'CBD-GATE-02'], partly: false });
});

test('so many names are told at most, and that there are more', () => {
  const zones = fakeZones();
  for (let number = 0; number <= mostNamed; number += 1)
    zones.keep({ ...blankRecord(`ZONE-${number}`), listed: true });
  const { names, partly } = expectedNames(zones.all(), () => true);
  expect([names.length, partly]).toEqual([mostNamed, true]);
});

test('a name is called missing only where all names are known', async () => {
  const told = vi.fn().mockRejectedValueOnce(new Error('away'));
  const known = new KnownNames(told);
  vi.useFakeTimers();
  try {
    await known.refresh();
    expect(known.lacks('CBD-GAET-01')).toBe(false);
    vi.advanceTimersByTime(6000);
    told.mockResolvedValueOnce({ names: ['CBD-GATE-01'], partly: false });
    await known.refresh();
    expect([known.lacks('CBD-GAET-01'), known.lacks('CBD-GATE-01')]).toEqual([true, false]);
    expect(known.nearestTo('CBD-GAET-01')).toEqual(['CBD-GATE-01']);
    await known.refresh(); // a moment later: not asked again
    expect(told).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(6000);
    told.mockResolvedValueOnce({ names: ['CBD-GATE-01'], partly: true });
    await known.refresh();
    expect(known.lacks('CBD-GAET-01')).toBe(false);
  } finally {
    vi.useRealTimers();
  }
});

test('a pattern stands for those names that the server would take for it', async () => {
  const names = ['CBD-GATE-01', 'CBD-TRAFFIC-01', 'PARK-WEST-01'];
  const known = new KnownNames(() => Promise.resolve({ names, partly: false }));
  expect(known.matching('*')).toBeUndefined();
  await known.refresh();
  expect(known.matching('cbd-*')).toEqual(['CBD-GATE-01', 'CBD-TRAFFIC-01']);
  expect(known.matching('*-01')).toEqual(names);
  expect(known.matching('CBD-GATE')).toEqual([]);
});
