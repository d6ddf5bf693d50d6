/** The city's map: which archives are taken, what is read of them, and where places are on the world. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { PMTiles, type RangeResponse, type Source } from 'pmtiles';
import { afterAll, expect, test } from 'vitest';
import { CityArchive } from '../../server/city-map/archive.ts';
import { attributionIn } from '../../server/city-map/attribution.ts';
import { AddPlan, PlacedZone } from '../../server/contract/plan.ts';
import {
  cornersOf,
  latitudeAt,
  longitudeAt,
  metresOf,
  placeAt,
  shareOf,
} from '../../web/lib/map/mercator.ts';
import { fieldsOf } from '../../web/lib/map/typed-places.ts';
import { bounds, cityArchive, middle } from '../support/city-archive.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-city-'));
afterAll(() => rmSync(folder, { recursive: true }));
const good = cityArchive();

function written(bytes: Buffer): string {
  const file = path.join(folder, 'city.pmtiles');
  writeFileSync(file, bytes);
  return file;
}
/** The good one with some bytes changed. */
function changed(at: number, ...bytes: number[]): Buffer {
  const copy = Buffer.from(good);
  Buffer.from(bytes).copy(copy, at);
  return copy;
}

test('without the setting there is none', () => {
  expect(CityArchive.open('')).toBeUndefined();
});

test('a good archive says what it covers and whom it is by', () => {
  const archive = CityArchive.open(written(good));
  expect(archive?.description).toMatchObject({ closest: 15, attribution: '© OpenStreetMap' });
  const { west = 0, south = 0, east = 0, north = 0 } = archive?.description.bounds ?? {};
  expect(west).toBeCloseTo(bounds.west, 6);
  expect(south).toBeCloseTo(bounds.south, 6);
  expect(east).toBeCloseTo(bounds.east, 6);
  expect(north).toBeCloseTo(bounds.north, 6);
  expect(archive?.size).toBe(good.length);
  archive?.close();
});

test('its mark is that of its content, wherever a copy lies', () => {
  const marks = [good, Buffer.from(good), cityArchive({ attribution: 'Somebody else' })].map(
    (bytes) => {
      const archive = CityArchive.open(written(bytes));
      archive?.close();
      return archive?.description.of;
    },
  );
  expect(marks[0]).toMatch(/^[\da-f]{32}$/);
  expect(marks[1]).toBe(marks[0]);
  expect(marks[2]).not.toBe(marks[0]);
});

test.each([
  ['nothing', Buffer.alloc(0), 'is no PMTiles archive'],
  ['a picture', Buffer.from('89504e470d0a1a0a', 'hex'), 'is no PMTiles archive'],
  ['one that breaks off', good.subarray(0, 100), 'is no PMTiles archive'],
  ['an older version', changed(7, 2), 'version 2'],
  ['pictures as tiles', changed(99, 2), 'not vector tiles'],
  ['Brotli inside', changed(97, 3), 'compressed'],
  ['Zstandard tiles', changed(98, 4), 'compressed'],
  ['a place beyond the earth', changed(102, 0, 0, 0, 0x7f), 'nothing sensible'],
  ['text that is no gzip', changed(97, 2), 'cannot be unpacked'],
])('%s is refused in words that name the setting', (_, bytes, words) => {
  const file = written(bytes);
  expect(() => CityArchive.open(file)).toThrow(
    new RegExp(`^The setting map.archive names ${file}, which .*${words}`),
  );
});

test('a file that is not there, or is a folder, is told of', () => {
  expect(() => CityArchive.open(path.join(folder, 'none'))).toThrow(/cannot be read \(ENOENT\)\.$/);
  expect(() => CityArchive.open(folder)).toThrow(/is no file\.$/);
});

test('text that unpacks to more than is good is refused', () => {
  const bomb = gzipSync(Buffer.alloc(2_000_000, ' '));
  const bytes = Buffer.concat([changed(97, 2), bomb]);
  bytes.writeBigUInt64LE(BigInt(good.length), 24);
  bytes.writeBigUInt64LE(BigInt(bomb.length), 32);
  expect(() => CityArchive.open(written(bytes))).toThrow(/cannot be unpacked/);
});

test('whom it is by is plain text, of a bounded length', () => {
  const said = (attribution: unknown): string => attributionIn(JSON.stringify({ attribution }));
  expect(said('<a href="x" onclick="y">&copy; A &amp; B</a><script>z</script>')).toBe('© A & B z');
  expect(said('x'.repeat(1000))).toHaveLength(200);
  expect([said(7), attributionIn('{}'), attributionIn('no JSON')]).toEqual(['', '', '']);
});

test('a part of it is what stands there, and a reader of others finds its tiles', async () => {
  const archive = CityArchive.open(written(good));
  if (!archive) throw new Error('there is none');
  const part = (from: number, to: number) => buffer(archive.stream(from, to));
  expect(await part(3, 9)).toEqual(good.subarray(3, 10));
  const source: Source = {
    getKey: () => 'city',
    async getBytes(offset, length): Promise<RangeResponse> {
      const bytes = await part(offset, offset + length - 1);
      return { data: new Uint8Array(bytes).buffer };
    },
  };
  const read = new PMTiles(source);
  const [x, y] = [placeAt(middle.latitude, middle.longitude)].flatMap((at) => [at.x, at.y]);
  const tile = await read.getZxy(
    14,
    Math.floor((x ?? 0) * 2 ** 14),
    Math.floor((y ?? 0) * 2 ** 14),
  );
  expect(Buffer.from(tile?.data ?? new ArrayBuffer()).toString('latin1')).toContain('Old Town');
  archive.close();
});

test('the whole world is a square, with its middle where equator and Greenwich meet', () => {
  const { x, y } = placeAt(0, 0);
  expect([x, y]).toEqual([0.5, 0.5]);
  expect(placeAt(90, 180).x).toBe(1);
  expect(placeAt(90, 180).y).toBeCloseTo(0, 6);
  expect(placeAt(-90, -180).x).toBe(0);
  expect(placeAt(-90, -180).y).toBeCloseTo(1, 6);
  const [from, to] = cornersOf(bounds);
  expect(from.x).toBeLessThan(to.x);
  expect(from.y).toBeLessThan(to.y);
});

test.each([
  [48.137, 11.575],
  [-33.86, 151.2],
  [0, 0],
  [64.14, -21.94],
])('a place at %f, %f is found again', (latitude, longitude) => {
  const { x, y } = placeAt(latitude, longitude);
  expect(latitudeAt(y)).toBeCloseTo(latitude, 9);
  expect(longitudeAt(x)).toBeCloseTo(longitude, 9);
  expect(metresOf(shareOf(60, y), y)).toBeCloseTo(60, 6);
});

test('degrees and metres are typed for a zone on the city, and it sees as far elsewhere', () => {
  const { x, y } = placeAt(middle.latitude, middle.longitude);
  const placed = PlacedZone.parse({ zone: 'GATE-01', x, y, reach: shareOf(60, y) });
  const field = (key: string) => fieldsOf('city').find((one) => one.key === key);
  expect(field('latitude')?.shown(placed)).toBe(middle.latitude);
  expect(field('longitude')?.shown(placed)).toBe(middle.longitude);
  expect(field('metres')?.shown(placed)).toBe(60);
  const moved = { ...placed, ...field('latitude')?.taken(60, placed) };
  expect(field('latitude')?.shown(moved)).toBe(60);
  expect(field('metres')?.shown(moved)).toBe(60);
  expect(PlacedZone.safeParse({ ...placed, ...field('metres')?.taken(1e9, placed) }).success).toBe(
    false,
  );
});

test('on a picture the same are percents', () => {
  const placed = PlacedZone.parse({ zone: 'GATE-01', x: 0.25, y: 0.5 });
  expect(fieldsOf('picture').map((field) => field.shown(placed))).toEqual([25, 50, 0, 70, 12]);
  expect(fieldsOf('picture')[0]?.taken(30, placed)).toEqual({ x: 0.3 });
});

test('a plan is one of a picture unless it is said to stand on the city', () => {
  expect(AddPlan.parse({ name: 'Yard' }).ground).toBe('picture');
  expect(AddPlan.parse({ name: 'Yard', ground: 'city' }).ground).toBe('city');
  expect(AddPlan.safeParse({ name: 'Yard', ground: 'moon' }).success).toBe(false);
});
