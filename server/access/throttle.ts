/** Limits on how often something may be done, by name; kept in memory. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { RefusedError } from '../contract/errors.ts';

export class Throttle {
  readonly #limiter: RateLimiterMemory;
  readonly #what: string;

  /**
   * @param what is limited, for the sentence that a person reads: "attempts to sign in"
   * @param most how many are let through in a period
   * @param period s
   */
  constructor(what: string, most: number, period: number) {
    this.#what = what;
    this.#limiter = new RateLimiterMemory({ points: most, duration: period });
  }

  /** Counts one. @throws RefusedError `throttled`, saying when to come back */
  async take(name: string): Promise<void> {
    try {
      await this.#limiter.consume(name);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      const wait = Math.max(1, Math.ceil(error.msBeforeNext / 1000)); // s
      throw new RefusedError(
        'throttled',
        `Too many ${this.#what}; try again in ${wait > 90 ? `${Math.ceil(wait / 60)} minutes` : `${wait} s`}.`,
      );
    }
  }

  /** Forgets what was counted for one name. */
  async forget(name: string): Promise<void> {
    await this.#limiter.delete(name);
  }

  /** Takes one back that turned out not to count. */
  async giveBack(name: string): Promise<void> {
    await this.#limiter.reward(name);
  }
}
