/** A camera at its limit must never be cut off, and one above it always, however its frames come. */
import { expect, test } from 'vitest';
import { BitRateCheck } from '../../server/zones/bit-rate-check.ts';

const limit = 8_000_000; // bit/s
const look = 250; // ms between two looks, as the server looks

/** When a camera is found to send too much, s; undefined when it is not. @param rate bit/s at a time in ms */
function found(rate: (at: number) => number, seconds: number): number | undefined {
  const check = new BitRateCheck(0);
  let bytes = 0;
  for (let at = 1; at <= seconds * 1000; at += 1) {
    bytes += rate(at) / 8 / 1000;
    if (at % look === 0 && check.excess({ at, bytes }, limit) !== undefined) return at / 1000;
  }
  return undefined;
}

test('a camera may send its limit for ever, whatever its key frames are like', () => {
  expect(found(() => limit, 60)).toBeUndefined();
  // Every 5 s three times as much for 300 ms, and less in between.
  expect(found((at) => (at % 5000 < 300 ? 3 : 0.9) * limit, 60)).toBeUndefined();
});

test('a camera that sleeps and wakes with a burst keeps within it', () => {
  const rate = (at: number): number => (at % 20_000 < 10_000 ? 0 : at % 10_000 < 400 ? 2.5 : 0.95);
  expect(found((at) => rate(at) * limit, 120)).toBeUndefined();
});

test.each([
  ['30 Mbit/s', 30_000_000, 1],
  ['405 Mbit/s', 405_000_000, 0.25],
  ['a half more', 1.5 * limit, 2],
  ['a fifth more', 1.2 * limit, 10],
])('%s are found soon', (_, rate, within) => {
  expect(found(() => rate, 20)).toBeLessThanOrEqual(within);
});

test('what begins to be too much later is found as soon', () => {
  expect(found((at) => (at < 30_000 ? 0.5 : 4) * limit, 40)).toBeLessThanOrEqual(31);
});

test('looks that come late judge the time that has passed', () => {
  const check = new BitRateCheck(0);
  const after = (seconds: number) => ({ at: seconds * 1000, bytes: (seconds * limit) / 8 });
  for (const seconds of [1, 2, 9, 9.25, 21]) {
    expect(check.excess(after(seconds), limit)).toBeUndefined();
  }
});
