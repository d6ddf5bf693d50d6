/** How often a program that fails is started again, and when: a few times in a row, later each time. */

/** It may fail so often in a row. */
const mostFailures = 3;
/** ms; after the first failure, and twice as long after the next. */
const firstWait = 250;
/** ms after which it is well again. */
const wellAfter = 10_000;

export class Restarts {
  #failures = 0;
  #begunAt = 0;

  began(): void {
    this.#begunAt = performance.now();
  }

  /** @returns how often in a row by now */
  failed(): number {
    const isWell = performance.now() - this.#begunAt >= wellAfter;
    this.#failures = isWell ? 1 : this.#failures + 1;
    return this.#failures;
  }

  /** What is started from now on is another one. */
  forget(): void {
    this.#failures = 0;
  }

  /** It is not to be started again. */
  get isOver(): boolean {
    return this.#failures >= mostFailures;
  }

  /** Until it is to be started again after the last failure, ms. */
  get wait(): number {
    return firstWait * 2 ** (this.#failures - 1);
  }
}
