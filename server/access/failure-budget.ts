/** How often something may go wrong in a time, by name; what goes right costs nothing. Kept in memory. */
import { RefusedError } from '../contract/errors.ts';

/** Attempts under one name that may wait for others to end. */
const mostWaiting = 1000;
/** Names that are remembered, beyond which those whose time is over are looked for and forgotten. */
const sweptAt = 1000;

interface Account {
  /** What went wrong in this period; one thing that goes wrong again is still one. */
  readonly failed: Set<unknown>;
  /** When they are forgotten, ms of a clock that nobody sets. */
  until: number;
  /** Attempts whose outcome is not known yet. */
  running: number;
  readonly waiting: (() => void)[];
}

export class FailureBudget {
  readonly #what: string;
  readonly #most: number;
  readonly #period: number;
  readonly #accounts = new Map<string, Account>();
  #sweepAt = sweptAt;

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
  async spend<T>(name: string, work: () => Promise<T>, thing: unknown = {}): Promise<T> {
    const account = this.#of(name);
    await this.#turn(account);
    try {
      const outcome = await work();
      account.failed.delete(thing);
      return outcome;
    } catch (error) {
      if (error instanceof RefusedError && error.code === 'sign-in-failed') {
        if (account.failed.size === 0) account.until = performance.now() + this.#period;
        account.failed.add(thing);
      }
      throw error;
    } finally {
      account.running -= 1;
      account.waiting.shift()?.();
    }
  }

  async #turn(account: Account): Promise<void> {
    for (;;) {
      this.#renew(account);
      const left = this.#most - account.failed.size;
      if (left <= 0 || account.waiting.length >= mostWaiting) {
        account.waiting.shift()?.(); // Whoever waits behind is to hear the same.
        throw this.#refusal(account);
      }
      if (account.running < left) break;
      await new Promise<void>((resolve) => account.waiting.push(resolve));
    }
    account.running += 1;
    // One end may have made room for several.
    if (account.running < this.#most - account.failed.size) account.waiting.shift()?.();
  }

  #of(name: string): Account {
    const known = this.#accounts.get(name);
    if (known) return known;
    if (this.#accounts.size >= this.#sweepAt) this.#sweep();
    const account: Account = { failed: new Set(), until: 0, running: 0, waiting: [] };
    this.#accounts.set(name, account);
    return account;
  }

  #renew(account: Account): void {
    if (account.until <= performance.now()) account.failed.clear();
  }

  /** Forgets all that is as if it had never been. */
  #sweep(): void {
    for (const [name, account] of this.#accounts) {
      this.#renew(account);
      if (account.failed.size + account.running + account.waiting.length === 0) {
        this.#accounts.delete(name);
      }
    }
    this.#sweepAt = Math.max(sweptAt, 2 * this.#accounts.size);
  }

  #refusal({ until }: Account): RefusedError {
    const wait = Math.max(1, Math.ceil((until - performance.now()) / 1000)); // s
    const when = wait > 90 ? `${Math.ceil(wait / 60)} minutes` : `${wait} s`;
    return new RefusedError('throttled', `Too many ${this.#what}; try again in ${when}.`);
  }
}
