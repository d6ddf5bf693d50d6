/** A rush of the same work, of which only a little is done at once: the store would refuse the rest for want of time. */
import { RefusedError } from '../contract/errors.ts';

export class ConcurrencyLimit {
  readonly #atOnce: number;
  readonly #mostWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** @param mostWaiting beyond them, others are sent away */
  constructor(atOnce: number, mostWaiting: number) {
    this.#atOnce = atOnce;
    this.#mostWaiting = mostWaiting;
  }

  /** In the order of asking. @throws RefusedError `unavailable` when too many wait; or as `work` does */
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

  /** The place of whoever ends is handed over, so that nobody comes in between. */
  #turn(): Promise<void> {
    if (this.#waiting.length >= this.#mostWaiting) {
      throw new RefusedError('unavailable', 'Too many sign in at this moment. Try again.');
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
