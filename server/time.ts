/**
 * The time of day by which people are signed in, and by which it is recorded what they do: this machine's clock, unless
 * several nodes share a database whose clock says otherwise (server/shared-time.ts).
 */

/** What the time was at a moment of the monotonic clock, ms. */
interface Reading {
  readonly time: number;
  readonly at: number;
}

let followed: Reading | undefined;

/** ms since the epoch */
export function timeOfDay(): number {
  return followed ? Math.round(followed.time + performance.now() - followed.at) : Date.now();
}

/** From now on the time goes by another clock than this machine's; undefined is this machine's again. */
export function follow(reading: Reading | undefined): void {
  followed = reading;
}
