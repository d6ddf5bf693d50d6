/** A page that is open for days, on a computer that sleeps now and then: what it keeps is bounded, and old stays old. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Meter } from '../../web/lib/figures/meter.svelte.ts';
import { PictureAge } from '../../web/lib/session/picture-age.svelte.ts';
import { StillPicture } from '../../web/lib/session/still.svelte.ts';

const day = 86_400_000; // ms

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Frames that come each 100 ms. */
function watched(frames = 30): PictureAge {
  const age = new PictureAge();
  age.awaitFrames(performance.now());
  for (let frame = 0; frame < frames; frame += 1) {
    vi.advanceTimersByTime(100);
    age.frame(performance.now());
  }
  return age;
}

test('a picture is old at once when its computer has slept, and says the time of its last frame', () => {
  const age = watched();
  const shownAt = Date.now();
  expect(age.oldSince(performance.now())).toBeUndefined();
  expect(age.stamp(performance.now())).toBeUndefined();
  // What counts the page's time stands still meanwhile.
  vi.setSystemTime(shownAt + 8 * 3_600_000);
  const now = performance.now();
  expect(age.oldSince(now)).toBe(shownAt);
  expect(age.stamp(now)).toBe(shownAt);
  expect(age.at(now)).toBe(8 * 3_600_000);
  vi.advanceTimersByTime(100);
  age.frame(performance.now());
  expect(age.oldSince(performance.now())).toBeUndefined();
  expect(age.at(performance.now())).toBe(0);
});

test('a picture that stands still grows old by the time that goes by, for ten days', () => {
  const age = watched();
  const shownAt = Date.now();
  vi.advanceTimersByTime(1500);
  expect(age.oldSince(performance.now())).toBeUndefined();
  expect(age.stamp(performance.now())).toBe(shownAt);
  vi.advanceTimersByTime(10 * day);
  expect(age.oldSince(performance.now())).toBe(shownAt);
  expect(age.at(performance.now())).toBe(10 * day + 1500);
});

test('the last frame of before, shown once more when its page comes into sight, is no new one', () => {
  const age = watched();
  const received = performance.now();
  vi.advanceTimersByTime(60_000);
  age.awaitFrames(performance.now());
  age.frame(performance.now(), received);
  expect(age.at(performance.now())).toBe(60_000);
  vi.advanceTimersByTime(100);
  age.frame(performance.now(), performance.now() - 20);
  expect(age.at(performance.now())).toBe(0);
});

test('a still tells when it was taken, whatever its page has slept before', () => {
  vi.setSystemTime(Date.now() + day);
  const still = new StillPicture('/a', performance.now() - 3000);
  expect(still.at).toBe(Date.now() - 3000);
  expect(still.ageAt(performance.now())).toBe(3000);
});

test('figures keep of the past what they show', () => {
  const meter = new Meter();
  for (let reading = 0; reading < 2000; reading += 1) {
    vi.advanceTimersByTime(1000);
    meter.read([]);
  }
  expect(meter.history).toHaveLength(60);
});
