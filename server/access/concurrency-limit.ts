/** Does only a little of the same work at once when much of it comes: otherwise the store would time the rest out. */
import { RefusedError } from '../contract/errors.ts';

export class ConcurrencyLimit {
  readonly #atOnce: number;
  readonly #mostWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** @param mostWaiting above it, `run` refuses */
  constructor(atOnce: number, mostWaiting: number) {
    this.#atOnce = atOnce;
    this.#mostWaiting = mostWaiting;
  }

  /** Runs `work` in the order of asking. @throws RefusedError `unavailable` when too many wait; or as `work` does */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#atOnce) this.#running += 1;
    else await this.#turn();
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }

  /** Work that ends hands its place to the next, so that nobody gets in between. */
  #turn(): Promise<void> {
    if (this.#waiting.length >= this.#mostWaiting) {
      throw new RefusedError('unavailable', 'Too many sign in at this moment. Try again.');
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
