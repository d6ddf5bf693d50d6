/** Limits how often something may fail in a period, by name; a success costs nothing. Kept in memory. */
import { RefusedError } from '../contract/errors.ts';

/** Attempts under one name that may wait for others to end. */
const mostWaiting = 1000;
/** From this many names on, those that have nothing to remember are removed. */
const sweepFrom = 1000;

interface Counter {
  /** What went wrong in this period; the same thing failing again counts once. */
  readonly failed: Set<unknown>;
  /** When they are forgotten, ms, monotonic clock. */
  until: number;
  /** Attempts whose outcome is not known yet. */
  running: number;
  readonly waiting: (() => void)[];
}

export class FailureBudget {
  readonly #what: string;
  readonly #most: number;
  readonly #period: number;
  readonly #counters = new Map<string, Counter>();
  #sweepAt = sweepFrom;

  /**
   * @param what is limited, for the sentence that a person reads: "attempts to sign in"
   * @param most failures in a period
   * @param period s, from the first failure on
   */
  constructor(what: string, most: number, period: number) {
    this.#what = what;
    this.#most = most;
    this.#period = period * 1000;
  }

  /**
   * Makes an attempt, which has failed when it is refused as `sign-in-failed`; all other outcomes cost
   * nothing. At no time are more attempts under way than may still fail: the others wait for their outcome,
   * so any number of right ones get through at once, and no wrong one more than the budget has.
   * @param thing what fails, where it counts once however often it does; it is forgiven once it goes right
   * @throws RefusedError `throttled`, saying when to come back, when there were too many; or as `work` does
   */
  async attempt<T>(name: string, work: () => Promise<T>, thing: unknown = {}): Promise<T> {
    const counter = this.#of(name);
    await this.#turn(counter);
    try {
      const outcome = await work();
      counter.failed.delete(thing);
      return outcome;
    } catch (error) {
      if (error instanceof RefusedError && error.code === 'sign-in-failed') {
        if (counter.failed.size === 0) counter.until = performance.now() + this.#period;
        counter.failed.add(thing);
      }
      throw error;
    } finally {
      counter.running -= 1;
      counter.waiting.shift()?.();
    }
  }

  async #turn(counter: Counter): Promise<void> {
    for (;;) {
      this.#renew(counter);
      const left = this.#most - counter.failed.size;
      if (left <= 0 || counter.waiting.length >= mostWaiting) {
        counter.waiting.shift()?.(); // Whoever waits behind is to hear the same.
        throw this.#refusal(counter);
      }
      if (counter.running < left) break;
      await new Promise<void>((resolve) => counter.waiting.push(resolve));
    }
    counter.running += 1;
    // One end may have made room for several.
    if (counter.running < this.#most - counter.failed.size) counter.waiting.shift()?.();
  }

  #of(name: string): Counter {
    const known = this.#counters.get(name);
    if (known) return known;
    if (this.#counters.size >= this.#sweepAt) this.#sweep();
    const counter: Counter = { failed: new Set(), until: 0, running: 0, waiting: [] };
    this.#counters.set(name, counter);
    return counter;
  }

  #renew(counter: Counter): void {
    if (counter.until <= performance.now()) counter.failed.clear();
  }

  /** Removes names that have nothing failed, running or waiting. */
  #sweep(): void {
    for (const [name, counter] of this.#counters) {
      this.#renew(counter);
      if (counter.failed.size + counter.running + counter.waiting.length === 0) {
        this.#counters.delete(name);
      }
    }
    this.#sweepAt = Math.max(sweepFrom, 2 * this.#counters.size);
  }

  #refusal({ until }: Counter): RefusedError {
    const wait = Math.max(1, Math.ceil((until - performance.now()) / 1000)); // s
    const when = wait > 90 ? `${Math.ceil(wait / 60)} minutes` : `${wait} s`;
    return new RefusedError('throttled', `Too many ${this.#what}; try again in ${when}.`);
  }
}
