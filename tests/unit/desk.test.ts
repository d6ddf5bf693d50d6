/** The plain rules of the desk's navigator: groups, numbers, what is in view, and the nearest names. */
import { expect, test } from 'vitest';
import type { CameraState, ZoneSummary } from '../../server/contract/zone.ts';
import { partsOf } from '../../web/lib/desk/name-parts.ts';
import { distanceOf, nearestTo } from '../../web/lib/zones/nearest.ts';
import { rowHeights, RowPlaces } from '../../web/lib/desk/row-places.ts';
import { rowsOf } from '../../web/lib/desk/rows.ts';
import { agrees, walkThrough, withPart } from '../../web/lib/desk/zone-parts.ts';

const zone = (id: string, camera: CameraState = 'streaming'): ZoneSummary => ({
  ...{ id, camera, label: '', viewers: 0 },
});
const zones = ['CBD-GATE-01', 'CBD-TRAFFIC-01', 'CBD-TRAFFIC-02', 'GATE', 'PARK-WEST-01'].map(
  (id) => zone(id),
);
const none: ReadonlySet<string> = new Set();
const told = (rows: ReturnType<typeof rowsOf>): string[] =>
  rows.map((row) =>
    row.type === 'group' ? `${row.name} ${row.count}` : `${row.number} ${row.zone.id}`,
  );

test.each([
  ['CBD-TRAFFIC-01', 'CBD', 'TRAFFIC'],
  ['PARK-WEST-GATE-02', 'PARK-WEST', 'GATE'],
  ['DOCK-7', 'DOCK', ''],
  ['GATE', '', ''],
  ['-', '', ''],
])('%s is in the area "%s", of the kind "%s"', (id, area, kind) => {
  expect(partsOf(id)).toEqual({ area, kind });
});

test('zones stand in groups by area and kind, those without an area last, favourites first', () => {
  const rows = rowsOf(zones, { favourites: new Set(['PARK-WEST-01']), closed: none });
  expect(told(rows)).toEqual([
    ...['Favourites 1', '1 PARK-WEST-01'],
    ...['CBD 3', 'GATE 1', '2 CBD-GATE-01', 'TRAFFIC 2', '3 CBD-TRAFFIC-01', '4 CBD-TRAFFIC-02'],
    // One kind alone needs no group of its own.
    ...['PARK 1', '5 PARK-WEST-01'],
    ...['Other zones 1', '6 GATE'],
  ]);
  expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
  expect(rows.map(({ level }) => level)).toEqual([1, 2, 1, 2, 3, 2, 3, 3, 1, 2, 1, 2]);
  expect(rows.at(-1)).toMatchObject({ size: 1, position: 1 });
});

test('a closed group keeps its rows to itself, and numbers are those of the rows that there are', () => {
  const [group] = rowsOf(zones, { favourites: none, closed: none });
  const rows = rowsOf(zones, { favourites: none, closed: new Set([group?.key ?? '']) });
  expect(told(rows)).toEqual(['CBD 3', 'PARK 1', '1 PARK-WEST-01', 'Other zones 1', '2 GATE']);
});

test('a group says how many of its zones have no camera', () => {
  const [group] = rowsOf([zone('A-GATE-1', 'idle'), zone('A-GATE-2')], {
    favourites: none,
    closed: none,
  });
  expect(group).toMatchObject({ count: 2, lost: 1 });
});

test('only rows in view, and a few beyond, are on the page', () => {
  const many = Array.from({ length: 500 }, (_, n) => zone(`CBD-TRAFFIC-${1000 + n}`));
  const rows = rowsOf(many, { favourites: none, closed: none });
  const places = new RowPlaces(rows);
  expect(places.height).toBe(rowHeights.group + 500 * rowHeights.zone);
  const { from, to } = places.inView(places.top(200), 560);
  expect([from, to]).toEqual([200, 211]);
  expect(places.onPage(places.top(200), 560)).toEqual({ from: 196, to: 215 });
  expect(places.onPage(0, 560).from).toBe(0);
  expect(places.onPage(places.height, 560).to).toBe(501);
  expect(new RowPlaces([]).onPage(0, 560)).toEqual({ from: 0, to: 0 });
});

test('the nearest names are those of the fewest mistakes', () => {
  expect(distanceOf('CBD-TRAFIC-01', 'CBD-TRAFFIC-01')).toBe(1);
  expect(distanceOf('CDB-TRAFFIC-01', 'CBD-TRAFFIC-01')).toBe(1); // Two letters changed places.
  const names = zones.map(({ id }) => id);
  expect(nearestTo('cbd-trafic-02', names)[0]).toBe('CBD-TRAFFIC-02');
  expect(nearestTo('QQQQ', names)).toEqual([]);
  expect(nearestTo('', names)).toEqual([]);
});

test('a long list is walked through part by part, and ends where it was told to', async () => {
  const all = Array.from({ length: 450 }, (_, n) => zone(`A-${1000 + n}`));
  const asked: string[] = [];
  const tell = async ({ from, count }: { from: string; count: number }) => {
    asked.push(from);
    return all.filter(({ id }) => id >= from).slice(0, count);
  };
  const whole = await walkThrough(tell, { count: 200, most: 2000 });
  expect(whole?.zones.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
  expect(whole?.partly).toBe(false);
  expect(asked).toEqual(['', 'A-1199', 'A-1398']);
  expect((await walkThrough(tell, { count: 200, most: 300 }))?.partly).toBe(true);
  expect(await walkThrough(async () => undefined, { count: 200, most: 300 })).toBeUndefined();
});

test('a part that is told anew takes away what is missing in it, and nothing else', () => {
  const known = ['A-1', 'B-1', 'B-2', 'C-1'].map((id) => zone(id));
  const told = [zone('B-2', 'idle'), zone('B-3')];
  const names = (part: { from: string; count: number }): string[] =>
    withPart(known, told, part).map(({ id }) => id);
  expect(names({ from: 'B', count: 2 })).toEqual(['A-1', 'B-2', 'B-3', 'C-1']);
  // One that is not full goes on to the end.
  expect(names({ from: 'B', count: 200 })).toEqual(['A-1', 'B-2', 'B-3']);
});

test('numbers that are others tell that zones out of view have changed', () => {
  const totals = { idle: 1, connecting: 0, connected: 0, streaming: 1, stalled: 0 };
  expect(agrees([zone('A-1'), zone('A-2', 'idle')], totals)).toBe(true);
  expect(agrees([zone('A-1'), zone('A-2')], totals)).toBe(false);
  expect(agrees([zone('A-1')], totals)).toBe(false);
});
