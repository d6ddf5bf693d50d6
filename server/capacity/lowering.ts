/**
 * For how many viewers of a worker the tiles that are not looked at get their smallest layer: of more and more while it
 * is nearly full, of fewer and fewer when it is not. So the load comes to rest between the two, instead of going up
 * and down with everybody at once.
 */
import { thresholds } from './thresholds.ts';

/** Windows of the measures, in which all are lowered, and in which all have come back. */
const slowness = { lowering: 2, returning: 10 };
/** After the process stood still, a look counts for no more than this share of a window. */
const longestLook = 0.5;

export class Lowering {
  /** Of the viewers, 0 to 1. */
  share = 0;
  readonly #window: number;

  /** @param window of the measures, ms */
  constructor(window: number) {
    this.#window = window;
  }

  /** @param time since the look before, ms */
  look(pressure: number, time: number): void {
    const step = Math.min(longestLook, time / this.#window);
    if (pressure >= thresholds.lower) {
      this.share = Math.min(1, this.share + step / slowness.lowering);
    } else if (pressure < thresholds.raise) {
      this.share = Math.max(0, this.share - step / slowness.returning);
    }
  }
}
