/** What a node does again and again: one round after another, at times spread by chance, so that nodes do not all ask at once. */
export class Rounds {
  readonly #interval: number;
  readonly #work: () => Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** @param interval mean time between two rounds, ms; the first is after one */
  constructor(interval: number, work: () => Promise<void>) {
    this.#interval = interval;
    this.#work = work;
    this.#schedule();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    const delay = this.#interval * (0.8 + 0.4 * Math.random());
    this.#timer = setTimeout(() => {
      void this.#work().finally(() => {
        if (!this.#closed) this.#schedule();
      });
    }, delay);
    this.#timer.unref();
  }
}
