/** What a browser tells of the packets that came to it (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1). */

const tick = 0.25; // ms
const referenceTick = 64; // ms
/** Packets to a chunk that says it of each. */
const perChunk = 7;
const arrivedLate = 2; // with a time of two bytes

export interface Told {
  readonly number: number;
  /** ms; undefined for one that did not come */
  readonly at?: number | undefined;
}

/**
 * @param told of successive numbers
 * @param count of the reports so far
 */
export function transportFeedback(told: readonly Told[], count: number): Buffer {
  const first = told.find(({ at }) => at !== undefined)?.at ?? 0;
  const reference = Math.floor(first / referenceTick);
  const chunks = Array.from({ length: Math.ceil(told.length / perChunk) }, (_, index) => {
    const part = told.slice(index * perChunk, (index + 1) * perChunk);
    const symbols = part.map(({ at }, place) =>
      at === undefined ? 0 : arrivedLate << (12 - 2 * place),
    );
    return 0xc000 | symbols.reduce((sum, symbol) => sum | symbol, 0);
  });
  let ticks = (reference * referenceTick) / tick;
  const deltas = told.flatMap(({ at }) => {
    if (at === undefined) return [];
    const since = Math.round(at / tick) - ticks;
    ticks += since;
    return [since];
  });
  const packet = Buffer.alloc(20 + 4 * Math.ceil((chunks.length + deltas.length) / 2));
  packet.writeUInt32BE((0x8fcd0000 | (packet.length / 4 - 1)) >>> 0, 0);
  packet.writeUInt32BE(1, 4);
  packet.writeUInt16BE(told[0]?.number ?? 0, 12);
  packet.writeUInt16BE(told.length, 14);
  packet.writeUIntBE(reference & 0xffffff, 16, 3);
  packet[19] = count & 0xff;
  let at = 20;
  for (const chunk of chunks) at = packet.writeUInt16BE(chunk, at);
  for (const delta of deltas) at = packet.writeInt16BE(delta, at);
  return packet;
}

/** Collects what is to be told next, with what is missing between. */
export class Arrivals {
  readonly #came = new Map<number, number>();
  /** With its cycles. */
  #next: number | undefined;
  #highest = -1;

  /** @param at ms */
  add(number: number, at: number): void {
    const whole = this.#next === undefined ? number : this.#unwrap(number);
    this.#next ??= whole;
    this.#highest = Math.max(this.#highest, whole);
    this.#came.set(whole, at);
  }

  /** What came or is missing since the last time, in the order of the numbers; a browser tells of each once. */
  take(): Told[] {
    const next = this.#next;
    if (next === undefined) return [];
    const told = Array.from({ length: this.#highest - next + 1 }, (_, index) => ({
      number: (next + index) & 0xffff,
      at: this.#came.get(next + index),
    }));
    this.#came.clear();
    this.#next = this.#highest + 1;
    return told;
  }

  #unwrap(number: number): number {
    const step = (number - this.#highest) & 0xffff;
    return this.#highest + (step < 0x8000 ? step : step - 0x10000);
  }
}
