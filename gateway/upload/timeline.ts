/**
 * Which time of day belongs to a time stamp of a stream. Pictures come later than they were taken, by more or less; the
 * least of that is taken for none. So the streams of one camera, each with time stamps of its own, are on one clock.
 */

/** ms; after so long the clock of a camera may have drifted, and the least delay is looked for anew. */
const remembered = 10_000;
/** What is so far off is another timeline, ms. */
const jump = 1000;
/** Ticks of a time stamp in 1 ms. */
export const ticksPerMs = 90;

export class Timeline {
  /** Least ms from time stamp to arrival, in the time that runs and the one before. */
  #least: number | undefined;
  #before: number | undefined;
  #since = 0;

  /**
   * A picture came.
   * @param timestamp 90 kHz, without wrapping
   * @param cameAt ms
   * @returns whether what was told before of this stream is wrong
   */
  came(timestamp: number, cameAt: number): boolean {
    const offset = cameAt - timestamp / ticksPerMs;
    const known = this.#offset;
    if (known === undefined || Math.abs(offset - known) > jump) {
      this.#least = offset;
      this.#before = undefined;
      this.#since = cameAt;
      return known !== undefined;
    }
    if (cameAt - this.#since > remembered / 2) {
      this.#before = this.#least;
      this.#least = offset;
      this.#since = cameAt;
    }
    this.#least = Math.min(this.#least ?? offset, offset);
    return false;
  }

  /** When the picture of a time stamp was there at the earliest, ms; undefined before any came. */
  timeOf(timestamp: number): number | undefined {
    const offset = this.#offset;
    return offset === undefined ? undefined : timestamp / ticksPerMs + offset;
  }

  get #offset(): number | undefined {
    if (this.#before === undefined) return this.#least;
    return Math.min(this.#before, this.#least ?? this.#before);
  }
}
