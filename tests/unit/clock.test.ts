/** When the clock is believed, by what was seen of it. */
import { expect, test } from 'vitest';
import { isBelieved, look, type ClockState } from '../../server/audit/clock.ts';

const hour = 3_600_000;
const day = 24 * hour;
const start: ClockState = { seen: 20_000 * day, unwatched: 0, steady: 0 };

/** Looks once an hour while the clock goes as it should. */
function watch(state: ClockState, hours: number): ClockState {
  let last = state;
  for (let index = 0; index < hours; index += 1) last = look(last, last.seen + hour, hour);
  return last;
}
/** A stop, and a start after so long. */
const off = (state: ClockState, time: number): ClockState => look(state, state.seen + time, 0);

test('it is believed while it goes, and after a weekend of rest', () => {
  expect(isBelieved(watch(start, 1000))).toBe(true);
  expect(isBelieved(off(watch(start, 100), 2.5 * day))).toBe(true);
});

test('a leap of three years is not, neither at a start nor while it runs, until a week has gone by steadily', () => {
  for (const leapt of [
    off(start, 1000 * day),
    look(watch(start, 5), start.seen + 1000 * day, hour),
  ]) {
    expect(isBelieved(leapt)).toBe(false);
    // A restart of a minute changes nothing.
    const restarted = off(watch(leapt, 3 * 24), hour / 60);
    expect(isBelieved(restarted)).toBe(false);
    expect(isBelieved(watch(restarted, 3 * 24))).toBe(false);
    expect(isBelieved(watch(restarted, 5 * 24))).toBe(true);
  }
});

test('a clock that is set right is believed at once, and one that is set half right is not', () => {
  const leapt = watch(off(start, 1000 * day), 10);
  expect(isBelieved(off(leapt, -1000 * day))).toBe(true);
  expect(isBelieved(off(leapt, -900 * day))).toBe(false);
});

test('it cannot creep ahead by many small leaps', () => {
  let state = start;
  for (let index = 0; index < 10; index += 1) state = off(watch(state, 1), day);
  expect(isBelieved(state)).toBe(false);
});

test('a machine that rests every night is believed', () => {
  let state = start;
  for (let index = 0; index < 100; index += 1) state = off(watch(state, 13), 11 * hour);
  expect(isBelieved(state)).toBe(true);
});
