/** Chance that can be had again: all of it follows from one seed (xoshiro128**, Blackman and Vigna 2018). */
export class Chance {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(seed: number) {
    // SplitMix32 spreads the seed over the whole state.
    let mixed = seed >>> 0;
    const next = (): number => {
      mixed = (mixed + 0x9e3779b9) | 0;
      let word = mixed;
      word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
      word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
      return word ^ (word >>> 15);
    };
    this.#a = next();
    this.#b = next();
    this.#c = next();
    this.#d = next();
  }

  /** 0 … 2³² − 1 */
  word(): number {
    const times5 = Math.imul(this.#b, 5);
    const result = Math.imul((times5 << 7) | (times5 >>> 25), 9);
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result >>> 0;
  }

  /** 0 … below − 1 */
  below(limit: number): number {
    return this.word() % limit;
  }

  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** True so often, 0 … 1. */
  often(share: number): boolean {
    return this.word() < share * 2 ** 32;
  }

  pick<T>(from: readonly T[]): T {
    const one = from[this.below(from.length)];
    if (one === undefined) throw new Error('nothing to pick from');
    return one;
  }

  bytes(length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    let at = 0;
    for (; at + 4 <= length; at += 4) bytes.writeUInt32LE(this.word(), at);
    for (; at < length; at += 1) bytes[at] = this.word();
    return bytes;
  }

  /** Numbers at which programs err rather than at others. */
  edge(bits: 8 | 16 | 32): number {
    const most = 2 ** bits - 1;
    const value = this.often(0.5)
      ? this.pick([...edges, most >>> 1, (most >>> 1) + 1, most - 1, most])
      : this.word();
    return (value & most) >>> 0;
  }
}

const edges = [0, 1, 2, 3, 4, 7, 15, 16, 31, 127, 128, 255];
