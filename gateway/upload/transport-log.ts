/** When each packet of one transport was sent, until the server has told whether it came. */
import type { Arrival } from './transport-feedback.ts';

/** What became of one packet. */
export interface Fate {
  readonly bytes: number;
  /** ms */
  readonly sentAt: number;
  /** From the clock here to that of the server, ms; undefined where it did not come. */
  readonly took: number | undefined;
}

/** So many are remembered; the server tells of them ten times a second. */
const remembered = 2048;

export class TransportLog {
  readonly #sentAt = new Float64Array(remembered);
  readonly #bytes = new Int32Array(remembered);
  readonly #numbers = new Int32Array(remembered).fill(-1);
  #next = 0;

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
  fatesOf(told: readonly Arrival[]): Fate[] {
    const fates: Fate[] = [];
    for (const { number, at } of told) {
      const place = number % remembered;
      if (this.#numbers[place] !== number) continue;
      this.#numbers[place] = -1;
      const sentAt = this.#sentAt[place] ?? 0;
      const took = at === undefined ? undefined : at - sentAt;
      fates.push({ bytes: this.#bytes[place] ?? 0, sentAt, took });
    }
    return fates;
  }
}
