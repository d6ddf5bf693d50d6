/** How many bits a second come, as a mean over the last seconds that costs one addition for each picture. */
const over = 2000; // ms

export class BitRate {
  #bytes = 0;
  #since: number | undefined;
  #last: number | undefined;

  /** @param at when it came, ms of a monotonic clock */
  add(bytes: number, at: number): void {
    this.#since ??= at;
    const elapsed = at - this.#since;
    if (elapsed >= over) {
      this.#last = (this.#bytes * 8 * 1000) / elapsed;
      this.#bytes = 0;
      this.#since = at;
    }
    this.#bytes += bytes;
  }

  /** Nothing is to come. */
  rest(): void {
    this.#bytes = 0;
    this.#since = undefined;
    this.#last = undefined;
  }

  /** bit/s; undefined until it is known */
  get value(): number | undefined {
    return this.#last === undefined ? undefined : Math.round(this.#last);
  }
}
