/** A slow camera is no stopped one: the silence that counts depends on its frame rate. */
import { expect, test } from 'vitest';
import { Cadence, unknownGap } from '../../server/contract/cadence.ts';

const least = 2000; // ms

/** A feed that came each `gap` ms from 0 up to `until`. */
function feed(gap: number, until: number, frameRate?: number): Cadence {
  const cadence = new Cadence(0);
  cadence.expect(frameRate);
  for (let now = gap; now <= until; now += gap) cadence.came(now);
  return cadence;
}

test('a feed of many frames a second has stopped when the least silence that counts is over', () => {
  const cadence = feed(33, 3300);
  expect(cadence.stopped(3300 + least - 1, least)).toBe(false);
  expect(cadence.stopped(3300 + least, least)).toBe(true);
});

test.each([1000, 2000, 2500])(
  'a feed with a frame each %i ms has not stopped between two of them',
  (gap) => {
    const cadence = feed(gap, 10 * gap);
    expect(cadence.stopped(13.9 * gap, 1000)).toBe(false);
    expect(cadence.stopped(14 * gap, 1000)).toBe(true);
  },
);

test('what the camera says of its frames counts before two have come', () => {
  expect(feed(1000, 0, 0.5).stopped(7900, least)).toBe(false);
  expect(feed(1000, 0, 0).stopped(least, least)).toBe(true); // it does not know
  expect(feed(1000, 0).stopped(least, least)).toBe(true);
  expect(feed(1000, 0, 0.001).stopped(10_000, least)).toBe(true); // nobody waits for ever
});

test('the first frames of a feed may be a second apart', () => {
  const viewed = new Cadence(0, unknownGap);
  for (const now of [300, 600]) viewed.came(now);
  const patient = 600 + 4 * unknownGap;
  expect(viewed.stopped(patient - 1, least)).toBe(false);
  expect(viewed.stopped(patient, least)).toBe(true);
  expect(patient - 600).toBeLessThan(3000); // A feed that stops at once is told of, too.
  expect(patient - 600).toBeGreaterThan(2000);
  // The server is told the rate, and need not assume one.
  expect(feed(300, 600).stopped(600 + least, least)).toBe(true);
});

test('one stall is no habit', () => {
  const cadence = feed(33, 3300);
  cadence.came(9000);
  cadence.came(9033);
  expect(cadence.stopped(9033 + least, least)).toBe(true);
});

test('frames that came together are not one slow frame', () => {
  const cadence = new Cadence(0);
  for (let now = 1000; now <= 10_000; now += 1000) cadence.came(now, 30);
  expect(cadence.stopped(10_000 + least, least)).toBe(true);
});

test('while nothing is due, no time passes', () => {
  const cadence = feed(33, 3300);
  cadence.rest(60_000);
  expect(cadence.stopped(61_000, least)).toBe(false);
  expect(cadence.silence(61_000)).toBe(1000);
});
