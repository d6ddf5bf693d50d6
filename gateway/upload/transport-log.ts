/** When each packet of one transport was sent, until the server has told whether it came. */
import type { Arrival } from './transport-feedback.ts';

/** What became of one packet. */
export interface Fate {
  readonly bytes: number;
  readonly arrived: boolean;
  /** How much longer it took than the fastest, ms: how long it waited on the way. */
  readonly waited: number | undefined;
}

/** So many are remembered; the server tells of them ten times a second. */
const remembered = 2048;
/** The way, and the clocks at its ends, may have changed after so long, ms. */
const baseLasts = 20_000;

export class TransportLog {
  readonly #sentAt = new Float64Array(remembered);
  readonly #bytes = new Int32Array(remembered);
  readonly #numbers = new Int32Array(remembered).fill(-1);
  #next = 0;
  #least = Infinity;
  #leastBefore = Infinity;
  #since = -Infinity;

  /** @param now ms @returns the number that the packet has on its transport */
  sent(bytes: number, now: number): number {
    const number = this.#next;
    this.#next = (number + 1) & 0xffff;
    const place = number % remembered;
    this.#numbers[place] = number;
    this.#sentAt[place] = now;
    this.#bytes[place] = bytes;
    return number;
  }

  /** What became of those that the server tells of; each once. */
  fatesOf(told: readonly Arrival[], now: number): Fate[] {
    const fates: Fate[] = [];
    for (const { number, at } of told) {
      const place = number % remembered;
      if (this.#numbers[place] !== number) continue;
      this.#numbers[place] = -1;
      const bytes = this.#bytes[place] ?? 0;
      const took = at === undefined ? undefined : at - (this.#sentAt[place] ?? 0);
      const waited = took === undefined ? undefined : took - this.#base(took, now);
      fates.push({ bytes, arrived: at !== undefined, waited });
    }
    return fates;
  }

  /** The least that a packet took in the last 10 to 20 s. */
  #base(took: number, now: number): number {
    if (now - this.#since > baseLasts / 2) {
      this.#leastBefore = this.#least;
      this.#least = Infinity;
      this.#since = now;
    }
    this.#least = Math.min(this.#least, took);
    return Math.min(this.#least, this.#leastBefore);
  }
}
