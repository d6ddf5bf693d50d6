/** The number of a tile as it is typed, digit by digit. */

/** For so long the next digit belongs to the same number, ms. */
const together = 1000;

export class TypedNumber {
  #number = 0;
  #at = -Infinity;

  /**
   * @param now ms of `performance.now()`
   * @returns the number so far: 1, and 12 where a 2 follows it soon; the digit alone where there are not so many
   */
  digit(digit: number, most: number, now: number): number {
    const longer = now - this.#at < together ? this.#number * 10 + digit : digit;
    this.#number = longer <= most ? longer : digit;
    this.#at = now;
    return this.#number;
  }
}
