/** What one camera is asked to send: more at once, less only when it stays that way. */
import type { SpatialLayer } from '../contract/layers.ts';

export interface DemandTimes {
  /** How long less must be wanted before a camera is told, ms. */
  readonly linger: number;
  /** How long everything is sent after the start, for whoever installs the camera to see, ms. */
  readonly warmUp: number;
}

export class Demand {
  readonly #times: DemandTimes;
  readonly #tell: (highest: SpatialLayer | null) => void;
  /** When what is sent unasked may end, ms since the epoch. */
  readonly #warmUntil: number;
  #told: SpatialLayer | null;
  #wanted: SpatialLayer | null;
  /** What the camera was told before, and when that changed. */
  #before: SpatialLayer | null;
  #raised = 0;
  #lowering: NodeJS.Timeout | undefined;

  /**
   * @param unasked what the camera sends before it is asked: all its layers, or nothing
   * @param tell carries the highest layer that is to be sent, or null for none, to the camera
   */
  constructor(
    unasked: SpatialLayer | null,
    times: DemandTimes,
    tell: (highest: SpatialLayer | null) => void,
  ) {
    this.#told = unasked;
    this.#before = unasked;
    this.#wanted = unasked;
    this.#times = times;
    this.#warmUntil = unasked === null ? 0 : Date.now() + times.warmUp;
    this.#tell = tell;
  }

  /** Whether the camera was told to send nothing. */
  get asleep(): boolean {
    return this.#told === null;
  }

  /** Whether a layer is not being sent, or has not been for long, ms. */
  isYoung(layer: SpatialLayer, age: number): boolean {
    if (layer > rank(this.#told)) return true;
    return layer > rank(this.#before) && Date.now() - this.#raised < age;
  }

  want(highest: SpatialLayer | null): void {
    this.#wanted = highest;
    if (rank(highest) >= rank(this.#told)) {
      clearTimeout(this.#lowering);
      this.#lowering = undefined;
      if (highest !== this.#told) this.#settle();
      return;
    }
    const warm = this.#warmUntil - Date.now();
    this.#lowering ??= setTimeout(() => this.#settle(), Math.max(warm, this.#times.linger));
  }

  /** Tells the camera again, as after it may have missed it. */
  repeat(): void {
    this.#tell(this.#told);
  }

  close(): void {
    clearTimeout(this.#lowering);
  }

  #settle(): void {
    this.#lowering = undefined;
    this.#raised = Date.now();
    this.#before = this.#told;
    this.#told = this.#wanted;
    this.#tell(this.#told);
  }
}

function rank(layer: SpatialLayer | null): number {
  return layer ?? -1;
}
