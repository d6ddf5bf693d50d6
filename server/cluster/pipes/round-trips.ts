/** Whether packets wait in the network longer than they did: round trips that have grown, and stay so. */

/** Longer than the shortest by this, ms. */
const growth = 200;
/** For so long, ms: a single one may be of a machine that was busy. */
const staying = 2000;
/** Below this share of what it was, it falls: what waits, after less was asked for, is carried off. */
const falling = 0.95;
/** How long the shortest is remembered, ms, and up to twice as long: another way may be longer for good. */
const memory = 30_000;

export class RoundTrips {
  #shortest = { now: Infinity, before: Infinity, since: -Infinity };
  #grown: { readonly since: number; readonly trip: number } | undefined;

  /**
   * @param now ms
   * @param trips what each stream measured last, ms; the one in the middle counts
   * @returns true once each time that they have stayed so
   */
  grown(now: number, trips: readonly number[]): boolean {
    const trip = [...trips].sort((a, b) => a - b)[Math.floor(trips.length / 2)];
    if (trip === undefined) return false;
    if (now - this.#shortest.since > memory)
      this.#shortest = { now: Infinity, before: this.#shortest.now, since: now };
    this.#shortest.now = Math.min(this.#shortest.now, trip);
    const usual = Math.min(this.#shortest.now, this.#shortest.before);
    if (trip <= usual + growth) this.#grown = undefined;
    else if (!this.#grown || trip < falling * this.#grown.trip) this.#grown = { since: now, trip };
    if (!this.#grown || now - this.#grown.since < staying) return false;
    this.#grown = { since: now, trip };
    return true;
  }
}
