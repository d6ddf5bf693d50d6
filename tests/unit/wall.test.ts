/** A wall's pure rules: patterns, layouts, keys, and the address that holds all of it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesZone, type ZoneSummary } from '../../server/contract/zone.ts';
import { intentOf } from '../../web/lib/wall/keys.ts';
import { gridOf, layouts } from '../../web/lib/wall/layout.ts';
import { readAddress, viewAddress, wallAddress } from '../../web/lib/wall/address.ts';
import { TypedNumber } from '../../web/lib/wall/typed-number.ts';
import { choiceText, listedFor, parseChoice, zonesOf } from '../../web/lib/wall/zone-choice.ts';

const zone = (id: string, camera: ZoneSummary['camera']): ZoneSummary => ({
  id,
  camera,
  label: '',
  viewers: 0,
});

test.each([
  ['CBD-*', 'CBD-TRAFFIC-01', true],
  ['cbd-*', 'CBD-TRAFFIC-01', true],
  ['CBD-*', 'PARK-CBD-01', false],
  ['*-01', 'CBD-TRAFFIC-01', true],
  ['*', 'X', true],
  ['CBD', 'CBD-1', false],
  ['C.D-*', 'CBD-1', false],
])('%s fits %s: %s', (pattern, id, fits) => {
  expect(matchesZone(pattern, id)).toBe(fits);
});

test('no pattern can break the match', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 20 }), (pattern) => {
      expect(typeof matchesZone(pattern, 'CBD-TRAFFIC-01')).toBe('boolean');
    }),
  );
});

test('what is typed is a pattern or a list, and reads back the same', () => {
  expect(parseChoice('')).toEqual({ kind: 'match', pattern: '*' });
  expect(parseChoice(' cbd-* ')).toEqual({ kind: 'match', pattern: 'CBD-*' });
  const list = parseChoice('a-1, B-2,, b-2, not a zone!');
  expect(list).toEqual({ kind: 'list', zones: ['A-1', 'B-2'] });
  expect(parseChoice(choiceText(list))).toEqual(list);
});

test('a pattern shows zones with a camera or that ought to have one, and keeps those that it has shown', () => {
  const choice = parseChoice('CBD-*');
  const known = [
    zone('CBD-1', 'idle'),
    zone('CBD-2', 'streaming'),
    { ...zone('CBD-3', 'idle'), expected: true as const },
    // As a server of an earlier version says it.
    { ...zone('CBD-4', 'idle'), lastSeen: 1 },
    zone('PARK-1', 'streaming'),
  ];
  expect(zonesOf(choice, known, [])).toEqual(['CBD-2', 'CBD-3', 'CBD-4']);
  expect(zonesOf(choice, known, ['CBD-1', 'PARK-9'])).toEqual(['CBD-1', 'CBD-2', 'CBD-3', 'CBD-4']);
});

test('where more zones fit than a list holds, those with a camera come first', () => {
  const choice = parseChoice('CBD-*');
  const totals = { idle: 150, connecting: 0, connected: 0, streaming: 50, stalled: 0 };
  const asked = { pattern: 'CBD-*', count: 200 };
  expect(listedFor(choice)).toEqual({ ...asked, live: false });
  expect(listedFor(choice, totals)).toEqual({ ...asked, live: false });
  expect(listedFor(choice, { ...totals, idle: 151 })).toEqual({ ...asked, live: true });
});

test('every layout has room for its tiles', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...layouts),
      fc.integer({ min: 0, max: 200 }),
      fc.double({ min: 0.2, max: 5, noNaN: true }),
      (layout, count, aspect) => {
        const { columns, rows, capacity, largeSpan } = gridOf(layout, count, aspect);
        // A large tile stands on several cells, and leaves room for all but itself.
        expect(columns * rows).toBeGreaterThanOrEqual(capacity - 1 + largeSpan ** 2);
      },
    ),
  );
});

test('the automatic layout makes the pictures as large as it can', () => {
  expect(gridOf('auto', 16, 16 / 9)).toMatchObject({ columns: 4, rows: 4 });
  expect(gridOf('auto', 2, 16 / 9)).toMatchObject({ columns: 1, rows: 2 });
  expect(gridOf('auto', 2, 3)).toMatchObject({ columns: 2, rows: 1 });
  expect(gridOf('auto', 8, 0.5)).toMatchObject({ columns: 2, rows: 4 });
});

test('keys mean something on the wall, and nothing with a modifier of the browser', () => {
  const key = (name: string, modifiers = {}) =>
    intentOf({
      key: name,
      shiftKey: false,
      ctrlKey: false,
      altKey: false,
      metaKey: false,
      ...modifiers,
    });
  expect(key('ArrowLeft')).toEqual({ kind: 'focus', columns: -1, rows: 0 });
  expect(key('ArrowDown', { shiftKey: true })).toEqual({ kind: 'move', columns: 0, rows: 1 });
  expect(key('7')).toEqual({ kind: 'pick', digit: 7 });
  expect(key('F')).toEqual({ kind: 'full-screen' });
  expect(key('f', { ctrlKey: true })).toBeUndefined();
  expect(key('constructor')).toBeUndefined();
  expect(key('0')).toEqual({ kind: 'pick', digit: 0 });
});

test('an address says all there is to a wall', () => {
  expect(readAddress('?match=CBD-*&layout=9&kiosk=1&tour=A-1,Night wall&dwell=15')).toEqual({
    choice: { kind: 'match', pattern: 'CBD-*' },
    layout: '9',
    order: [],
    kiosk: true,
    tour: ['A-1', 'Night wall'],
    dwell: 15,
  });
  expect(readAddress('?layout=77&dwell=-3')).toEqual({
    choice: { kind: 'match', pattern: '*' },
    layout: 'auto',
    order: [],
    kiosk: false,
    tour: undefined,
    dwell: undefined,
  });
});

test('a link to a view names it and nothing that may change', () => {
  const link = viewAddress('Night wall', { tour: [], dwell: 20 });
  expect(link).toBe('/wall?view=Night+wall&tour=&dwell=20&kiosk=1');
  expect(readAddress(link.slice('/wall'.length))).toMatchObject({
    ...{ view: 'Night wall', kiosk: true, tour: [], dwell: 20 },
  });
});

test.each([
  '?match=CBD-*&layout=9&order=CBD-2,CBD-1&tour=A-1,Night+wall&dwell=15&kiosk=1',
  '?match=CBD-*&layout=auto&tour=&dwell=5',
  '?zones=B-1,A-1&layout=4&kiosk=1',
])('the link of a wall reads back the same: %s', (query) => {
  const link = wallAddress(readAddress(query));
  expect(readAddress(link.slice('/wall'.length))).toEqual(readAddress(query));
});

test('a tile of two digits is typed with both, soon after each other', () => {
  const typed = new TypedNumber();
  expect(typed.digit(1, 16, 0)).toBe(1);
  expect(typed.digit(2, 16, 400)).toBe(12);
  expect(typed.digit(3, 16, 700)).toBe(3); // no 123
  expect(typed.digit(1, 16, 5000)).toBe(1); // another number, later
  expect(typed.digit(0, 16, 5100)).toBe(10);
  expect(typed.digit(1, 9, 9000)).toBe(1);
  expect(typed.digit(2, 9, 9100)).toBe(2); // no 12 where there are nine
});
