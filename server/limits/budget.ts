/** Limits how much may be used in a period, by name. Kept in memory, since it is asked before each message. */

/** More names than anyone has clients; above it, those known longest are forgotten. */
const mostNames = 100_000;

interface Level {
  /** Below zero it is a debt, which has to flow back first. */
  left: number;
  /** ms */
  at: number;
}

/** A bucket of tokens for each name: it begins full, and what is taken flows back evenly. */
export class Budget {
  readonly #most: number;
  readonly #period: number;
  readonly #now: () => number;
  readonly #levels = new Map<string, Level>();
  #sweepAt: number;

  /**
   * @param most what may be taken at once, and in a period from then on
   * @param period ms
   * @param now ms, monotonic clock
   */
  constructor(most: number, period: number, now: () => number = () => performance.now()) {
    this.#most = most;
    this.#period = period;
    this.#now = now;
    this.#sweepAt = now() + period;
  }

  /**
   * Takes some, or nothing when there is too little. A request for more than the bucket holds is
   * granted when it is full, and leaves a debt.
   * @returns whether it was taken
   */
  take(name: string, amount = 1): boolean {
    const now = this.#now();
    if (now >= this.#sweepAt) this.#sweep(now);
    const level = this.#level(name, now);
    if (level.left < Math.min(amount, this.#most)) return false;
    level.left -= amount;
    this.#levels.set(name, level);
    return true;
  }

  /** How long until so much can be taken, ms. */
  wait(name: string, amount = 1): number {
    const { left } = this.#level(name, this.#now());
    const missing = Math.min(amount, this.#most) - left;
    return missing <= 0 ? 0 : (missing / this.#most) * this.#period;
  }

  /** Forgets what a name has taken. */
  forget(name: string): void {
    this.#levels.delete(name);
  }

  #level(name: string, now: number): Level {
    const { left, at } = this.#levels.get(name) ?? { left: this.#most, at: now };
    return { left: Math.min(this.#most, left + ((now - at) / this.#period) * this.#most), at: now };
  }

  /** A name whose bucket is full again can be forgotten. */
  #sweep(now: number): void {
    this.#sweepAt = now + this.#period;
    for (const name of this.#levels.keys()) {
      const full = this.#level(name, now).left >= this.#most;
      if (full || this.#levels.size > mostNames) this.#levels.delete(name);
    }
  }
}
