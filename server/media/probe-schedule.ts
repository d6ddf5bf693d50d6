/**
 * When to try whether a viewer's link carries more than it is taken for. After a shortage the estimate of the
 * congestion control grows to no more than half as much again as what is sent at the moment, and where that is
 * the lowest layer, it takes half a minute to the highest (draft-ietf-rmcat-gcc-02 §5.5). It grows at once when
 * packets that are sent faster for a few milliseconds come through. But a link that lets a burst pass may carry
 * no more for long: so what is tried is doubled step by step, and the longer apart the more often it failed.
 */

/** ms from when the estimate last fell; longer after each try that failed, and after each layer that did not fit */
const wait = { first: 1000, longest: 4000, longestAfterLayer: 32_000 };
/** For the answer to a step, ms; and for a layer that was switched to, to show whether it fits. */
const stepTime = { usual: 400, afterLayer: 1200 };
/** The link counts as full when the estimate falls below this share of its last value. */
const fallen = 0.9;
/** A try succeeded when the estimate stays at this many times its value before the try. */
const gained = 1.3;
/** A layer that is lost within this did not fit, ms. */
const trial = 3000;
/** The lowest rate worth trying, bit/s. */
const least = 100_000;

export interface Look {
  /** ms */
  now: number;
  /** What the link is taken for, bit/s. */
  estimate: number;
  /** The layers that are sent, over all tracks. */
  layers: number;
  /** Whether more is wanted than is sent. */
  starved: boolean;
}

export class ProbeSchedule {
  #wait = wait.first;
  #estimate = 0;
  #layers: number | undefined;
  /** The estimate before the first of the present tries, and before the last. */
  #tried: { first: number; last: number } | undefined;
  #calmSince: number;
  #nextStep = 0;
  #roseAt = -Infinity;

  /** @param now ms, monotonic clock */
  constructor(now: number) {
    this.#calmSince = now;
  }

  /** @returns what to try the link with now, bit/s; undefined for nothing */
  look({ now, estimate, layers, starved }: Look): number | undefined {
    const before = { estimate: this.#estimate, layers: this.#layers ?? layers };
    this.#estimate = estimate;
    this.#layers = layers;
    if (layers > before.layers) {
      this.#roseAt = now;
      this.#nextStep = now + stepTime.afterLayer;
    }
    if (layers < before.layers) {
      const fitted = now - this.#roseAt > trial;
      this.#rest(now, fitted ? wait.first : Math.min(2 * this.#wait, wait.longestAfterLayer));
    } else if (estimate < fallen * before.estimate) {
      this.#rest(now, estimate < gained * (this.#tried?.first ?? 0) ? this.#longer : this.#wait);
    }
    if (!starved || now - this.#calmSince < this.#wait || now < this.#nextStep) return undefined;
    if (estimate < gained * (this.#tried?.last ?? 0)) {
      this.#rest(now, this.#longer);
      return undefined;
    }
    this.#tried = { first: this.#tried?.first ?? estimate, last: estimate };
    this.#nextStep = now + stepTime.usual;
    return Math.max(least, 2 * estimate);
  }

  /** How long to wait after a try that failed. */
  get #longer(): number {
    return Math.max(this.#wait, Math.min(2 * this.#wait, wait.longest));
  }

  #rest(now: number, time: number): void {
    this.#wait = time;
    this.#tried = undefined;
    this.#calmSince = now;
  }
}
