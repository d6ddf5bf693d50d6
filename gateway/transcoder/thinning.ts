/**
 * How many of a stream's pictures are encoded where the machine is too busy for all of them: each one, or one in two, in
 * four, in eight. All are decoded, so that nothing tears, and none waits in a queue that grows.
 */
/** ms */
const limits = {
  /** A picture that is inside for longer says that there are too many. */
  late: 350,
  /** Decoders of slow cameras hold pictures back for so many intervals. */
  intervals: 5,
  /** What was changed is given so long to show. */
  settle: 1000,
  /** Without a late picture, more are tried again after this; twice as long after each trial that fails. */
  retry: { first: 5000, longest: 60_000 },
};
const fewest = 8;

export class Thinning {
  /** So many pictures may be inside that are to come out; those beyond are decoded only, whatever ffmpeg waits for. */
  readonly window: number;
  readonly #interval: number;
  readonly #late: number;
  #oneIn = 1;
  #count = 0;
  #changedAt = -Infinity;
  #lateAt = -Infinity;
  #wait = limits.retry.first;
  #isTrial = false;

  /** @param frameRate of what comes, frames/s */
  constructor(frameRate = 25) {
    this.#interval = 1000 / frameRate;
    this.#late = Math.max(limits.late, limits.intervals * this.#interval);
    this.window = Math.ceil(this.#late / this.#interval) + 1;
  }

  /** One picture in so many is encoded. */
  get oneIn(): number {
    return this.#oneIn;
  }

  /** Between two that are encoded, ms. */
  get interval(): number {
    return this.#interval * this.#oneIn;
  }

  /**
   * A picture comes.
   * @param lag for how long the oldest one that has not come out is inside, ms
   * @param now ms of `performance.now()`
   * @returns whether it is encoded
   */
  takes(lag: number, now: number): boolean {
    if (lag > this.#late) this.#lateAt = now;
    if (lag > this.#late && this.#oneIn < fewest && now - this.#changedAt > limits.settle) {
      // More were tried, and were too many.
      if (this.#isTrial) this.#wait = Math.min(2 * this.#wait, limits.retry.longest);
      this.#change(2 * this.#oneIn, now, false);
    } else if (this.#oneIn > 1 && now - Math.max(this.#lateAt, this.#changedAt) > this.#wait) {
      this.#change(this.#oneIn / 2, now, true);
    }
    this.#count += 1;
    return this.#count % this.#oneIn === 0;
  }

  #change(oneIn: number, now: number, isTrial: boolean): void {
    this.#oneIn = oneIn;
    this.#changedAt = now;
    this.#isTrial = isTrial;
  }
}
