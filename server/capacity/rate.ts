/** How fast a counter grows, as the mean over a while: one slow second, or a burst of joins, changes little. */
export class Rate {
  readonly #window: number;
  /** Those of the window, and one before it. */
  #readings: { readonly at: number; readonly total: number }[] = [];

  /** @param window ms */
  constructor(window: number) {
    this.#window = window;
  }

  /**
   * Takes a reading of the counter; one of an earlier or the same moment is passed over.
   * @param at ms, monotonic clock
   */
  add(at: number, total: number): void {
    const last = this.#readings.at(-1);
    if (last && at <= last.at) return;
    // A counter that begins anew is another one.
    const before = last && total < last.total ? [] : this.#readings;
    const from = before.findLastIndex((reading) => reading.at <= at - this.#window);
    this.#readings = [...before.slice(Math.max(0, from)), { at, total }];
  }

  /** Growth for each ms. Before the first whole window, what is not known of it counts as none. */
  get perMs(): number {
    const [first, last] = [this.#readings[0], this.#readings.at(-1)];
    if (!first || !last) return 0;
    return (last.total - first.total) / Math.max(this.#window, last.at - first.at);
  }
}
