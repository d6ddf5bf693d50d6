/**
 * Whether the wall clock can be believed, by more than one look at it. What is removed for its age cannot be
 * restored, and a machine may start with a clock that is years ahead.
 *
 * The clock may go unwatched for a while, as a machine is switched off; that time adds up, and each hour that
 * is watched pays one back. A leap is time that nobody watched.
 */
import { z } from 'zod';
import type { Records } from '../store/store.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** Unwatched time that is believed, ms. */
export const allowance = 3 * day;
/** A clock that has leapt is believed once it has gone steadily for this time, ms. */
export const settling = 7 * day;
/** More than the monotonic clock explains within a run, ms. */
const jolt = hour;

export const ClockState = z.object({
  /** What the clock said last, ms since the epoch. */
  seen: z.number(),
  /** Time that went by unwatched, ms. */
  unwatched: z.number().min(0),
  /** For how long it has gone steadily, ms. */
  steady: z.number().min(0),
});
export type ClockState = z.infer<typeof ClockState>;

/**
 * @param now what the clock says, ms since the epoch
 * @param elapsed what has passed since the last look ms, monotonic clock; 0 for the first of a run
 */
export function look(before: ClockState, now: number, elapsed: number): ClockState {
  const passed = now - before.seen;
  const watched = Math.max(0, Math.min(passed, elapsed));
  const unwatched = Math.max(0, before.unwatched + (passed < 0 ? passed : passed - 2 * watched));
  const steady = Math.abs(passed - elapsed) > jolt ? 0 : before.steady + watched;
  const settled = unwatched > allowance && steady >= settling;
  return { seen: now, unwatched: settled ? 0 : unwatched, steady };
}

export function isBelieved({ unwatched }: ClockState): boolean {
  return unwatched <= allowance;
}

/** A clock that somebody has looked at. */
export function confirmed(now: number): ClockState {
  return { seen: now, unwatched: 0, steady: settling };
}

const fact = 'clock';

/** What is known of the clock; before its first look, the newest record's time stands for that. */
export async function knownClock(records: Records, now: number): Promise<ClockState> {
  const text = await records.facts.get(fact);
  if (text !== undefined) return ClockState.parse(JSON.parse(text));
  const { number } = await records.audit.head();
  const [newest] = await records.audit.after(number - 1, 1);
  return { seen: newest?.at ?? now, unwatched: 0, steady: 0 };
}

export function keepClock(records: Records, state: ClockState): Promise<void> {
  return records.facts.set(fact, JSON.stringify(state));
}
