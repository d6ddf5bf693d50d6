/** Runs tasks one after another, so that no two of them interleave. */
export class InTurn {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task);
    this.#last = result.catch(() => {}); // Whoever asked hears of it; the next task must run anyway.
    return result;
  }
}
