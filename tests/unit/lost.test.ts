/** The words for a zone whose camera is missed. */
import { expect, test } from 'vitest';
import { lostSince, lostWords } from '../../web/lib/zones/lost.ts';

const at = Date.parse('2026-03-04T20:19:40Z');
const after = (length: number, timeZone = 'UTC'): string => lostSince(at, at + length, timeZone);
const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];

test.each([
  [-5000, 'Lost since 20:19 (just now)'], // The browser's clock is behind the server's.
  [0, 'Lost since 20:19 (just now)'],
  [minute - 1, 'Lost since 20:19 (just now)'],
  [minute, 'Lost since 20:19 (1 min)'],
  [4 * minute + 59_000, 'Lost since 20:19 (4 min)'],
  [hour - 1, 'Lost since 20:19 (59 min)'],
  [3 * hour + 5 * minute, 'Lost since 20:19 (3 h 5 min)'],
])('%i ms after the last picture, with its length', (length, words) => {
  expect(after(length)).toBe(words);
});

test.each([
  [4 * hour, 'Lost since 4 Mar, 20:19 (4 h 0 min)'],
  [day - 1, 'Lost since 4 Mar, 20:19 (23 h 59 min)'],
  [day, 'Lost since 4 Mar, 20:19 (1 d 0 h)'],
  [12 * day + 7 * hour, 'Lost since 4 Mar, 20:19 (12 d 7 h)'],
])('%i ms after the last picture it was not today, so its date is said', (length, words) => {
  expect(after(length)).toBe(words);
});

test('time and day are those of the site', () => {
  // 05:19 of the next day there, which has begun before the last picture.
  expect(after(4 * hour, 'Asia/Tokyo')).toBe('Lost since 05:19 (4 h 0 min)');
});

test('a zone that has a camera is not lost, nor one that never had one', () => {
  const zone = { id: 'GATE', label: '', viewers: 0 };
  expect(lostWords(undefined)).toBeUndefined();
  expect(lostWords({ ...zone, camera: 'idle' })).toBeUndefined();
  expect(lostWords({ ...zone, camera: 'streaming', lastSeen: at })).toBeUndefined();
});
