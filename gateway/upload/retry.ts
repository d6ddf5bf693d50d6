/** When a place that was lost or not given is asked for again: as an unattended camera page does. */
import type { ErrorCode } from '../../server/contract/errors.ts';

/** What passes by itself soon, ms. */
const passing: Partial<Record<ErrorCode, number>> = {
  unavailable: 1000,
  'not-found': 1000,
  'session-replaced': 1000,
  throttled: 10_000,
  // A spare is to be there soon after the other camera is gone.
  'zone-occupied': 5000,
};
/** Else it takes somebody to change something, ms. */
const otherwise = { first: 5000, longest: 60_000 };
/** Cameras that were stopped by one thing do not all come back in the same moment. */
const spread = 0.2;
/** The same is refused again, unless other streams are published. */
const lasting: readonly ErrorCode[] = ['unsupported-media', 'invalid-request'];

/** Whether asking again can help. */
export function isOfUse(code: ErrorCode): boolean {
  return !lasting.includes(code);
}

/**
 * @param tries attempts that failed one after another
 * @param random 0 … 1
 * @returns ms
 */
export function delayBefore(code: ErrorCode, tries: number, random = Math.random()): number {
  const delay =
    passing[code] ?? Math.min(otherwise.longest, otherwise.first * 2 ** Math.min(tries, 16));
  return delay * (1 - spread * random);
}
