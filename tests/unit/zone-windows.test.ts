/** Windows onto the zones: what they hold is always what a search through all zones would find, and only that is told. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ListedZones, mostListed } from '../../server/contract/zone-list.ts';
import { cameraStates, matchesZone, type CameraState } from '../../server/contract/zone.ts';
import type { Entry } from '../../server/zones/entry.ts';
import { ZoneRoll } from '../../server/zones/roll.ts';
import { cityOf, missingOf } from '../../server/zones/tally.ts';
import type { ZoneQuestion } from '../../server/zones/window.ts';

const question = (listed: Partial<ListedZones> = {}, within = ['*']): ZoneQuestion => ({
  ...ListedZones.parse({ count: mostListed, ...listed }),
  within,
});
const entry = (id: string, camera: CameraState = 'streaming', listed = false): Entry => ({
  ...{ id, camera, label: 'gate', viewers: 0, listed },
});

/** Zones that a test changes. */
class City {
  readonly zones = new Map<string, Entry>();
  readonly roll = new ZoneRoll((id) => this.zones.get(id));

  set(...entries: Entry[]): void {
    for (const one of entries) {
      this.zones.set(one.id, one);
      this.roll.touch(one.id);
    }
  }

  drop(id: string): void {
    this.zones.delete(id);
    this.roll.touch(id);
  }
}

const ids = (entries: readonly Entry[]): string[] => entries.map(({ id }) => id);

test('a window holds the first zones that fit, by name, and moves on as zones come and go', () => {
  const city = new City();
  city.set(...['C-1', 'A-2', 'B-1', 'A-1'].map((id) => entry(id)), entry('A-3', 'idle'));
  const window = city.roll.open(question({ live: true, count: 3 }));
  expect(ids(window.look().changed)).toEqual(['A-1', 'A-2', 'B-1']);
  city.set(entry('A-3'));
  expect(window.look()).toMatchObject({ changed: [{ id: 'A-3' }], gone: ['B-1'] });
  city.drop('A-1');
  expect(window.look()).toMatchObject({ changed: [{ id: 'B-1' }], gone: ['A-1'] });
});

test('what is outside of a window, or as it was, is not told', () => {
  const city = new City();
  city.set(entry('A-1'), entry('A-2'), entry('B-1'), entry('B-2'));
  const window = city.roll.open(question({ from: 'A-2', count: 2 }));
  expect(ids(window.look().changed)).toEqual(['A-2', 'B-1']);
  city.set(entry('A-1', 'stalled'), entry('B-2', 'stalled'), entry('A-2'));
  expect(window.look()).toEqual({ changed: [], gone: [] });
  expect(window.tallies.before?.states).toMatchObject({ stalled: 1, streaming: 0 });
  expect(window.tallies.all.states).toMatchObject({ streaming: 2, stalled: 2 });
});

test('whoever may see a part of the city finds and counts nothing else', () => {
  const city = new City();
  city.set(entry('CBD-1'), entry('PARK-1'), entry('PORT-1', 'stalled'));
  const window = city.roll.open(question({ pattern: '*-1' }, ['CBD-*', 'PORT-1']));
  expect(ids(window.look().changed)).toEqual(['CBD-1', 'PORT-1']);
  expect(window.tallies.all.states).toMatchObject({ streaming: 1, stalled: 1 });
  const nobody = city.roll.open(question({}, []));
  expect(nobody.look().changed).toEqual([]);
});

test('whatever changes, a window and its tallies are what a search through all zones finds', () => {
  const name = fc.tuple(fc.constantFrom('A', 'B', 'CBD'), fc.integer({ min: 1, max: 9 }));
  const change = fc.record({
    id: name.map(([where, number]) => `${where}-${number}`),
    camera: fc.constantFrom<CameraState | undefined>(...cameraStates, undefined),
    listed: fc.boolean(),
  });
  const asked = fc.record({
    pattern: fc.constantFrom('*', 'A-*', '*-1', 'B-2'),
    live: fc.boolean(),
    from: fc.constantFrom('', 'A-5', 'B', 'Z'),
    count: fc.integer({ min: 0, max: 5 }),
  });
  fc.assert(
    fc.property(fc.array(fc.array(change), { maxLength: 12 }), asked, (rounds, listed) => {
      const city = new City();
      const window = city.roll.open(question(listed));
      const heard = new Map<string, Entry>();
      for (const round of rounds) {
        for (const { id, camera, listed: kept } of round) {
          if (camera) city.set(entry(id, camera, kept));
          else city.drop(id);
        }
        const { changed, gone } = window.look();
        for (const id of gone) heard.delete(id);
        for (const one of changed) heard.set(one.id, one);
        const fitting = [...city.zones.values()]
          .filter(({ id }) => matchesZone(listed.pattern, id))
          .sort((a, b) => (a.id < b.id ? -1 : 1));
        const shown = fitting.filter(({ camera }) => camera !== 'idle' || !listed.live);
        const expected = shown.filter(({ id }) => id >= listed.from).slice(0, listed.count);
        expect(window.held).toEqual(expected);
        expect(new Map(heard)).toEqual(new Map(expected.map((one) => [one.id, one])));
        const { all, before, liveBefore } = window.tallies;
        const earlier = fitting.filter(({ id }) => id < listed.from);
        for (const state of cameraStates) {
          const these = fitting.filter(({ camera }) => camera === state);
          expect(all.states[state]).toBe(these.length);
          if (before) {
            expect(before.states[state]).toBe(these.filter(({ id }) => id < listed.from).length);
          }
        }
        expect(before === undefined).toBe(listed.live);
        expect(liveBefore).toBe(earlier.filter(({ camera }) => camera !== 'idle').length);
      }
    }),
  );
});

test('numbers of several nodes count each zone once: listed ones are known to all, a camera is at one', () => {
  const listed = ['L-1', 'L-2', 'L-3'];
  const tallyOf = (...entries: Entry[]) => {
    const city = new City();
    city.set(...listed.map((id) => entry(id, 'idle', true)), ...entries);
    return city.roll.open(question({ count: 0 })).tallies.all;
  };
  const here = tallyOf(entry('L-1', 'streaming', true), entry('X-1', 'idle'));
  const there = tallyOf(entry('L-2', 'stalled', true), entry('Y-1', 'streaming'));
  expect(cityOf(here, [there])).toEqual({
    ...{ idle: 2, connecting: 0, connected: 0, streaming: 2, stalled: 1 },
  });
  // L-3 at both nodes; X-1 only waits for a camera that nobody promised.
  expect(missingOf(here, [there])).toBe(1);
  // Watched here while it is filmed there, it does not wait.
  const watching = tallyOf({ ...entry('Y-1', 'idle'), isElsewhere: true });
  expect(cityOf(watching, [there])).toMatchObject({ idle: 2, streaming: 1, stalled: 1 });
});

test('many windows together hold what each of them holds, and tell what comes before each, whatever changes', () => {
  const name = fc.tuple(fc.constantFrom('A', 'B', 'CBD'), fc.integer({ min: 1, max: 9 }));
  const change = fc.record({
    id: name.map(([where, number]) => `${where}-${number}`),
    camera: fc.constantFrom<CameraState | undefined>(...cameraStates, undefined),
  });
  const span = fc.record({
    from: fc.constantFrom('', 'A-5', 'B', 'B-7', 'Z'),
    count: fc.integer({ min: 0, max: 5 }),
    ends: fc.boolean(),
  });
  const kind = fc.record({ pattern: fc.constantFrom('*', '*-1', 'B-*'), live: fc.boolean() });
  const round = fc.record({ changes: fc.array(change), spans: fc.array(span) });
  fc.assert(
    fc.property(fc.array(round, { maxLength: 6 }), kind, (rounds, listed) => {
      const city = new City();
      const windows = city.roll.openMany({ ...listed, within: ['*'] });
      const open = new Map<number, ZoneQuestion>();
      const held = new Set<string>();
      let number = 0;
      for (const { changes, spans } of rounds) {
        for (const { id, camera } of changes) {
          if (camera) city.set(entry(id, camera));
          else city.drop(id);
        }
        for (const { ends, ...shown } of spans) {
          const [oldest] = open.keys();
          if (ends && oldest !== undefined) {
            windows.remove(oldest);
            open.delete(oldest);
          }
          windows.add((number += 1), shown);
          open.set(number, question({ ...listed, ...shown }));
        }
        const { come, gone } = windows.look();
        for (const id of gone) expect(held.delete(id)).toBe(true);
        for (const id of come) held.add(id);
        const each = [...open].map(([at, asked]) => [at, city.roll.open(asked)] as const);
        for (const [, window] of each) window.look();
        expect(held).toEqual(new Set(each.flatMap(([, window]) => ids(window.held))));
        const tallies = each.map(([at, { tallies }]) => [at, tallies] as const);
        expect(windows.size).toBe(each.length);
        expect(windows.before()).toEqual(
          new Map(tallies.map(([at, { liveBefore, before }]) => [at, { liveBefore, before }])),
        );
        for (const [, { all }] of tallies) expect(windows.all).toEqual(all);
        for (const [, window] of each) city.roll.close(window);
      }
    }),
  );
});

test('numbers are counted anew when zones come, go or change their camera, and not for a label', () => {
  const city = new City();
  city.set(entry('A-1'), entry('A-2'));
  const windows = city.roll.openMany({ pattern: '*', within: ['*'], live: false });
  expect(windows.takeCountedAnew()).toBe(true);
  city.set({ ...entry('A-1'), label: 'another one', viewers: 3 });
  expect(windows.takeCountedAnew()).toBe(false);
  for (const change of [() => city.set(entry('A-1', 'stalled')), () => city.drop('A-2')]) {
    change();
    expect(windows.takeCountedAnew()).toBe(true);
    expect(windows.takeCountedAnew()).toBe(false);
  }
});
