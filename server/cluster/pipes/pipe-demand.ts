/** What a node asks the other end of a pipe for: what is wanted here, when it can be used, and no more than crosses. */
import type { SpatialLayer } from '../../contract/layers.ts';

/** For a viewer that the picture is wanted for to be able to receive it, ms. */
const opening = 500;
/**
 * For so long a fresh pipe carries no less than it began with, ms: viewers cannot change from the layer that they began
 * with before its timestamps are told, and would see nothing if it ended (media/consumer.ts).
 */
const timing = 5000;

export interface Asked {
  readonly highest: SpatialLayer | null;
  /** Less than is wanted, since the network holds no more. */
  readonly isLimited: boolean;
  /**
   * What was lost before is not to be sent again: it would be sent again and again of the layers that do not fit, and
   * nothing else would get through.
   */
  readonly afresh: boolean;
}

export class PipeDemand {
  readonly #limit: () => SpatialLayer;
  readonly #ask: (asked: Asked) => void;
  #wanted: SpatialLayer | null = null;
  #asked: SpatialLayer | null = null;
  /** Whether a viewer could use what comes, since nothing was asked for. */
  #opened = false;
  /** Until when no less is asked for, ms as of `performance.now()`; undefined before anything was. */
  #steadyUntil: number | undefined;
  #patience: NodeJS.Timeout | undefined;

  /**
   * @param limit the highest layer that the network between the two nodes has room for
   * @param ask told what is to be asked for, when that is something else
   */
  constructor(limit: () => SpatialLayer, ask: (asked: Asked) => void) {
    this.#limit = limit;
    this.#ask = ask;
  }

  /** What is wanted here. */
  get wanted(): SpatialLayer | null {
    return this.#wanted;
  }

  /** What was asked for last. */
  get asked(): SpatialLayer | null {
    return this.#asked;
  }

  /**
   * A pipe that was dry is opened only when a viewer can receive, as its first key frame would be lost on one that cannot,
   * and the next one comes half a second later.
   */
  want(highest: SpatialLayer | null): void {
    this.#wanted = highest;
    clearTimeout(this.#patience);
    if (highest === null || this.#asked !== null || this.#opened) return this.#look();
    this.#patience = setTimeout(() => this.#look(), opening);
  }

  /** A viewer can receive. */
  open(): void {
    this.#opened = true;
    if (this.#wanted !== null && this.#asked === null) this.#look();
  }

  /** The network has room for more, or less. */
  limited(): void {
    if (this.#asked !== null) this.#look();
  }

  /** Nothing comes any more: whatever comes next is asked for anew. */
  rest(): void {
    this.#wanted = null;
    this.#steadyUntil = undefined;
    this.#look();
  }

  close(): void {
    clearTimeout(this.#patience);
  }

  #look(): void {
    clearTimeout(this.#patience);
    const limit = this.#limit();
    const isLimited = limit < (this.#wanted ?? -1);
    const highest = isLimited ? limit : this.#wanted;
    if (highest === this.#asked) return;
    const isLess = (highest ?? -1) < (this.#asked ?? -1);
    const early = (this.#steadyUntil ?? 0) - performance.now();
    // What does not fit does not wait: it takes the others their packets.
    if (early > 0 && !isLimited && isLess) {
      this.#patience = setTimeout(() => this.#look(), early);
      return;
    }
    if (highest === null) this.#opened = false;
    else this.#steadyUntil ??= performance.now() + timing;
    this.#asked = highest;
    this.#ask({ highest, isLimited, afresh: isLimited && isLess });
  }
}
