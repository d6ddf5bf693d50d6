/** Reads the bits of a NAL unit (ITU-T H.264 §7.2, §9.1). */

/** What says more than its bytes hold, or what no encoder says. */
export class MalformedUnit extends Error {}

/** The bytes of a unit without those that keep start codes out of it (§7.4.1), at most so many. */
export function withoutEmulation(unit: Buffer, most = unit.length): Buffer {
  const out = Buffer.allocUnsafe(Math.min(most, unit.length));
  let length = 0;
  let zeros = 0;
  for (let at = 0; at < unit.length && length < out.length; at += 1) {
    const byte = unit[at] ?? 0;
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    out[length] = byte;
    length += 1;
  }
  return out.subarray(0, length);
}

export class BitReader {
  readonly #data: Buffer;
  #at: number;

  /** @param from bytes to skip */
  constructor(data: Buffer, from = 0) {
    this.#data = data;
    this.#at = from * 8;
  }

  get left(): number {
    return this.#data.length * 8 - this.#at;
  }

  bit(): number {
    const byte = this.#data[this.#at >> 3];
    if (byte === undefined) throw new MalformedUnit('it ends too early');
    const bit = (byte >> (7 - (this.#at & 7))) & 1;
    this.#at += 1;
    return bit;
  }

  flag(): boolean {
    return this.bit() === 1;
  }

  /** @param count at most 32 */
  bits(count: number): number {
    let value = 0;
    for (let index = 0; index < count; index += 1) value = value * 2 + this.bit();
    return value;
  }

  /** ue(v) */
  unsigned(): number {
    let zeros = 0;
    while (this.bit() === 0) {
      zeros += 1;
      if (zeros > 32) throw new MalformedUnit('a number of more than 32 bits');
    }
    return 2 ** zeros - 1 + this.bits(zeros);
  }

  /** se(v) */
  signed(): number {
    const code = this.unsigned();
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  }

  /** ue(v) that has a limit in the standard. */
  within(most: number): number {
    const value = this.unsigned();
    if (value > most) throw new MalformedUnit(`${value} where ${most} is the most`);
    return value;
  }
}
