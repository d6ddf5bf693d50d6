/** Whether a camera sends more than it may, by the bytes that really come. */

/**
 * A camera may send this share of its limit over each of these times. What is above 1 is for headers, packets that are sent
 * again and what browsers send to measure the link. The short time ends a flood soon; the long one finds what is
 * a little too much for good.
 */
const judged = [
  { over: 2000, share: 1.25 },
  { over: 10_000, share: 1.1 },
]; // ms
/** Allowed on top, for a key frame of every layer, as when a camera wakes; bytes. */
const keyFrames = 100_000;

interface Look {
  /** ms, monotonic clock */
  readonly at: number;
  /** All that has come so far, bytes. */
  readonly bytes: number;
}

export class BitRateCheck {
  /** Those of the longest time, and one before it. */
  #looks: Look[];

  /** @param at when nothing had come yet, ms */
  constructor(at: number, bytes = 0) {
    this.#looks = [{ at, bytes }];
  }

  /**
   * Takes note of what has come so far.
   * @param limit bit/s
   * @returns what was sent over the time in which it was too much, bit/s; undefined while it is not
   */
  excess(look: Look, limit: number): number | undefined {
    const longest = Math.max(...judged.map(({ over }) => over));
    this.#looks = [
      ...this.#looks.filter((_, at) => (this.#looks[at + 1]?.at ?? Infinity) > look.at - longest),
      look,
    ];
    for (const { over, share } of judged) {
      const base = this.#looks.findLast(({ at }) => at <= look.at - over) ?? this.#looks[0];
      if (!base) continue;
      // A look that comes late judges the longer time; before the first whole one, that counts as whole.
      const time = Math.max(over, look.at - base.at) / 1000;
      const bytes = look.bytes - base.bytes;
      if (bytes > (limit * share * time) / 8 + keyFrames) return Math.round((bytes * 8) / time);
    }
    return undefined;
  }
}
