/**
 * Limits how often something may fail in a period, by name; a success costs nothing. Kept in memory, and counted with
 * other servers where there are some.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { RefusedError } from '../contract/errors.ts';
import { jittered } from '../jitter.ts';

/** Attempts under one name that may wait for others to end. */
const mostWaiting = 1000;
/** From this many names on, those that have nothing to remember are removed. */
const sweepFrom = 1000;

/** Between two looks whether attempts at other servers have ended, ms; and how long they are waited for. */
const elsewhere = { look: 100, longest: 10_000 };

/** Where several servers count attempts together. Where it cannot be asked, each counts by itself. */
export interface SharedAttempts {
  /**
   * @param most failures in a period
   * @returns what the attempt is called; or for how long all failures are spent, ms, or that others are under way
   */
  begin(
    name: string,
    most: number,
  ): Promise<string | { readonly spentFor: number } | { readonly wait: true }>;
  /** @param period after which failures are forgotten, ms */
  end(
    name: string,
    id: string,
    outcome: 'failed' | 'right' | 'neither',
    thing: string | undefined,
    period: number,
  ): Promise<void>;
}

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
  readonly #shared: SharedAttempts | undefined;
  readonly #counters = new Map<string, Counter>();
  #sweepAt = sweepFrom;

  /**
   * @param what is limited, for the sentence that a person reads: "attempts to sign in"
   * @param most failures in a period
   * @param period s, from the first failure on
   */
  constructor(what: string, most: number, period: number, shared?: SharedAttempts) {
    this.#shared = shared;
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
  async attempt<T>(name: string, work: () => Promise<T>, thing?: string): Promise<T> {
    const counter = this.#of(name);
    await this.#turn(counter);
    let outcome: 'failed' | 'right' | 'neither' = 'neither';
    let id: string | undefined;
    try {
      id = await this.#beginShared(name);
      const result = await work();
      outcome = 'right';
      if (thing !== undefined) counter.failed.delete(thing);
      return result;
    } catch (error) {
      if (error instanceof RefusedError && error.code === 'sign-in-failed') {
        outcome = 'failed';
        if (counter.failed.size === 0) counter.until = performance.now() + this.#period;
        counter.failed.add(thing ?? {});
      }
      throw error;
    } finally {
      // Until that has come there, the attempt counts as one that is under way.
      if (id !== undefined) this.#endShared(name, id, outcome, thing);
      counter.running -= 1;
      counter.waiting.shift()?.();
    }
  }

  /** @returns what the attempt is called elsewhere, if it could be counted there. @throws RefusedError `throttled` */
  async #beginShared(name: string): Promise<string | undefined> {
    if (!this.#shared) return undefined;
    const until = performance.now() + elsewhere.longest;
    for (;;) {
      let begun: Awaited<ReturnType<SharedAttempts['begin']>>;
      try {
        begun = await this.#shared.begin(`${this.#what} ${name}`, this.#most);
      } catch {
        return undefined; // Nobody is kept out because servers cannot count together.
      }
      if (typeof begun === 'string') return begun;
      if ('spentFor' in begun) throw this.#refusal(begun.spentFor);
      if (performance.now() > until) throw this.#refusal(elsewhere.longest);
      await pause(jittered(elsewhere.look, 0.5));
    }
  }

  #endShared(
    name: string,
    id: string,
    outcome: 'failed' | 'right' | 'neither',
    thing: string | undefined,
  ): void {
    const shared = `${this.#what} ${name}`;
    this.#shared?.end(shared, id, outcome, thing, this.#period).catch(() => {}); // It is counted here.
  }

  async #turn(counter: Counter): Promise<void> {
    for (;;) {
      this.#renew(counter);
      const left = this.#most - counter.failed.size;
      if (left <= 0 || counter.waiting.length >= mostWaiting) {
        counter.waiting.shift()?.(); // Whoever waits behind is to hear the same.
        throw this.#refusal(counter.until - performance.now());
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

  /** @param time until it may be tried again, ms */
  #refusal(time: number): RefusedError {
    const wait = Math.max(1, Math.ceil(time / 1000)); // s
    const when = wait > 90 ? `${Math.ceil(wait / 60)} minutes` : `${wait} s`;
    return new RefusedError('throttled', `Too many ${this.#what}; try again in ${when}.`);
  }
}
