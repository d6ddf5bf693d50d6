/** A moment by both clocks of a page: one counts its milliseconds, the other one alone goes on while a computer sleeps. */

export class BothClocks {
  /** ms of `performance.now()` */
  readonly counted: number;
  /** ms since the epoch */
  readonly at: number;

  /** @param counted ms of `performance.now()` */
  constructor(counted: number) {
    this.counted = counted;
    // That clock ticks in steps, so a frame may be newer than the time on it.
    this.at = Date.now() - Math.max(0, performance.now() - counted);
  }

  /** How long ago it was, ms. @param now ms of `performance.now()` */
  ageAt(now: number): number {
    return Math.max(0, now - this.counted, Date.now() - performance.now() + now - this.at);
  }
}
