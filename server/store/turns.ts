/** A lock whose holders follow in the order of asking; one that would wait too long is refused. */
import { noAnswer, tooManyWait } from './failure.ts';

export interface TurnLimits {
  /** How long one waits, ms. */
  readonly wait: number;
  /** How many may wait. */
  readonly waiting: number;
}

export class Turns {
  readonly #limits: TurnLimits;
  #taken = false;
  readonly #waiting = new Set<() => void>();

  constructor(limits: TurnLimits) {
    this.#limits = limits;
  }

  /** @returns ends the turn. @throws StoreError when it does not come in time */
  async take(): Promise<() => void> {
    if (this.#taken) await this.#wait();
    this.#taken = true;
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.#next();
    };
  }

  #wait(): Promise<void> {
    if (this.#waiting.size >= this.#limits.waiting) throw tooManyWait();
    return new Promise((resolve, reject) => {
      const begin = (): void => {
        clearTimeout(timeout);
        resolve();
      };
      const timeout = setTimeout(() => {
        this.#waiting.delete(begin);
        reject(noAnswer());
      }, this.#limits.wait);
      this.#waiting.add(begin);
    });
  }

  /** Hands the turn over without letting it go, so that nobody comes in between. */
  #next(): void {
    const [begin] = this.#waiting;
    if (!begin) {
      this.#taken = false;
      return;
    }
    this.#waiting.delete(begin);
    begin();
  }
}
