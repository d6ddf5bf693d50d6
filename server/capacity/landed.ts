/**
 * Tiles that were let in and that the measures do not show in full yet. A measure is a mean over a window, so what came
 * at the middle of it shows by half: the other half is still to be expected.
 */
export class Landed {
  readonly #window: number;
  #arrivals: { readonly at: number; tiles: number }[] = [];

  /** @param window of the measures, ms */
  constructor(window: number) {
    this.#window = window;
  }

  /** @param at ms, monotonic clock */
  add(at: number, tiles: number): void {
    const last = this.#arrivals.at(-1);
    // What comes together is kept together, so that a storm does not make a long list.
    if (last && at - last.at < this.#window / 20) last.tiles += tiles;
    else this.#arrivals = [...this.#recent(at), { at, tiles }];
  }

  /** How many tiles, each for its part, do not show yet. */
  expected(now: number): number {
    return this.#recent(now).reduce(
      (sum, { at, tiles }) => sum + tiles * (1 - (now - at) / this.#window),
      0,
    );
  }

  #recent(now: number) {
    return this.#arrivals.filter(({ at }) => at > now - this.#window);
  }
}
