/** What a node does again and again: one round after another, at times spread by chance, so that nodes do not all ask at once. */
import { jittered } from '../jitter.ts';

export class Rounds {
  readonly #interval: number;
  readonly #work: () => Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  #working = false;
  #closed = false;

  /** @param interval mean time between two rounds, ms; the first is after one */
  constructor(interval: number, work: () => Promise<void>) {
    this.#interval = interval;
    this.#work = work;
    this.#schedule();
  }

  /** The next round comes early: there is news. Still spread, as all nodes hear of it at once. */
  hurry(): void {
    if (!this.#working && !this.#closed) this.#schedule(this.#interval / 10);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #schedule(mean = this.#interval): void {
    clearTimeout(this.#timer);
    const delay = jittered(mean, 0.2);
    this.#timer = setTimeout(() => {
      this.#working = true;
      void this.#work().finally(() => {
        this.#working = false;
        if (!this.#closed) this.#schedule();
      });
    }, delay);
    this.#timer.unref();
  }
}
