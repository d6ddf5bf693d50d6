/** One who has the hand of a camera, from taking it to giving it back, and what was done with it. */
import { steeringTimes, type Move } from '../contract/steering.ts';
import { timeOfDay } from '../time.ts';
import type { Hand, Steerer } from '../zones/steering.ts';

/** Presets that are named in its record. */
const mostNamed = 50;

export class Lease {
  readonly by: Steerer;
  /** ms since the epoch */
  readonly since = timeOfDay();
  /** When it is kept for good that it began. */
  recorded: Promise<void> | undefined;
  /** Whoever was refused because of it, each once. */
  readonly refused = new Set<string>();
  moves = 0;
  readonly presets = new Set<string>();
  readonly #onEnd: () => void;
  #timer: NodeJS.Timeout | undefined;
  /** ms of `performance.now()` */
  #until = 0;

  /** @param onEnd told when nothing was done with it for long */
  constructor(by: Steerer, onEnd: () => void) {
    this.by = by;
    this.#onEnd = onEnd;
    this.renew();
  }

  get hand(): Hand {
    return { holder: this.by.id, name: this.by.name, until: this.left };
  }

  /** ms */
  get left(): number {
    return Math.max(0, Math.round(this.#until - performance.now()));
  }

  /** Something is done with it. */
  renew(): void {
    clearTimeout(this.#timer);
    this.#until = performance.now() + steeringTimes.lease;
    this.#timer = setTimeout(this.#onEnd, steeringTimes.lease).unref();
  }

  /** @param name of the preset that is called, if it is one */
  count({ kind }: Move, name?: string): void {
    if (kind !== 'stop') this.moves += 1;
    if (name !== undefined && this.presets.size < mostNamed) this.presets.add(name);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
