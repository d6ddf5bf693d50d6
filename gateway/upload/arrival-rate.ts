/**
 * How many bits a second arrive, by when packets did and not by when that was told: the server tells of each transport ten
 * times a second, so that of the last moments only a part is known.
 */

/** ms */
const slot = 25;
const slots = 64;
/** Of the last so much time not everything is told yet; ms. */
const untold = 100;
/** A rate is of so much time, or of less since packets began to come; ms. */
const window = { usual: 400, shortest: 100 };

export class ArrivalRate {
  readonly #bytes = new Float64Array(slots);
  readonly #numbers = new Float64Array(slots).fill(-1);
  #last = -Infinity;
  #since = -Infinity;

  /** @param at when they arrived, ms */
  add(bytes: number, at: number): void {
    const number = Math.floor(at / slot);
    const place = number % slots;
    if (this.#numbers[place] !== number) {
      this.#numbers[place] = number;
      this.#bytes[place] = 0;
    }
    this.#bytes[place] = (this.#bytes[place] ?? 0) + bytes;
    if (at - this.#last > window.usual + untold) this.#since = at;
    this.#last = Math.max(this.#last, at);
  }

  /** bit/s */
  get value(): number {
    const until = Math.floor((this.#last - untold) / slot);
    const from = Math.max(Math.floor(this.#since / slot), until - window.usual / slot);
    let sum = 0;
    for (let number = from; number < until; number += 1) {
      const place = number % slots;
      if (this.#numbers[place] === number) sum += this.#bytes[place] ?? 0;
    }
    return (sum * 8000) / Math.max(window.shortest, (until - from) * slot);
  }
}
