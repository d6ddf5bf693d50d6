/** What a machine that is too busy to encode all pictures does: fewer are encoded, and more are tried again. */
import { expect, test } from 'vitest';
import { Thinning } from '../../gateway/transcoder/thinning.ts';

/** So many seconds of 25 pictures; of a machine that encodes `capacity` of them a second, and gets behind with more. */
function run(thinning: Thinning, from: number, seconds: number, capacity: number) {
  let behind = 0; // pictures
  let taken = 0;
  let worst = 0;
  for (let index = 0; index < seconds * 25; index += 1) {
    const lag = (behind * 1000) / capacity;
    worst = Math.max(worst, lag);
    const takes = thinning.takes(lag, from + index * 40);
    taken += Number(takes);
    behind = Math.max(0, behind + Number(takes) - capacity / 25);
  }
  return { taken, worst };
}

test('a machine with room encodes each picture', () => {
  const thinning = new Thinning(25);
  expect(run(thinning, 0, 10, 50)).toEqual({ taken: 250, worst: 0 });
  expect(thinning.oneIn).toBe(1);
});

test('with too little room fewer are encoded, delay does not grow, and all are again when there is room', () => {
  const thinning = new Thinning(25);
  const { worst, taken } = run(thinning, 0, 60, 9);
  expect(thinning.oneIn).toBeGreaterThanOrEqual(2);
  expect(worst).toBeLessThan(4000);
  expect(taken).toBeLessThanOrEqual(60 * 9 * 1.1);
  run(thinning, 60_000, 130, 100);
  expect(thinning.oneIn).toBe(1);
});

test('trials of more become rarer while they fail', () => {
  const thinning = new Thinning(25);
  let trials = 0;
  let before = 1;
  for (let second = 0; second < 120; second += 1) {
    run(thinning, second * 1000, 1, 10_000);
    if (thinning.oneIn < before) trials += 1;
    before = thinning.oneIn;
    // At full rate it is late at once.
    if (thinning.oneIn === 1) thinning.takes(5000, second * 1000 + 990);
    before = Math.max(before, thinning.oneIn);
  }
  expect(trials).toBeLessThan(9);
  expect(trials).toBeGreaterThan(1);
});

test('a slow camera with pictures out of order is not taken for a busy machine', () => {
  const thinning = new Thinning(5);
  for (let index = 0; index < 100; index += 1) expect(thinning.takes(700, index * 200)).toBe(true);
});
