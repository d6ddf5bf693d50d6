/** Packets that were sent a moment ago, to be sent again when they are asked for: few, young, and each not too often. */

export interface Bounds {
  /** Of all that is kept, bytes. */
  readonly bytes: number;
  /** ms */
  readonly age: number;
  /** How often one is sent again. */
  readonly times: number;
  /** Between two times, ms: what is on its way need not be sent. */
  readonly pause: number;
}

export const usualBounds: Bounds = { bytes: 1_500_000, age: 1000, times: 5, pause: 20 };

interface Kept {
  readonly packet: Buffer;
  readonly sequence: number;
  readonly sentAt: number;
  times: number;
  lastAt: number;
}

export class SentPackets {
  readonly #bounds: Bounds;
  /** In the order of sending. */
  readonly #kept = new Map<number, Kept>();
  #bytes = 0;

  constructor(bounds: Bounds = usualBounds) {
    this.#bounds = bounds;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** @param packet is not changed by whoever else has it @param now ms */
  keep(sequence: number, packet: Buffer, now: number): void {
    this.#drop(sequence);
    this.#kept.set(sequence, { packet, sequence, sentAt: now, times: 0, lastAt: now });
    this.#bytes += packet.length;
    for (const [oldest, { sentAt }] of this.#kept) {
      if (this.#bytes <= this.#bounds.bytes && now - sentAt <= this.#bounds.age) return;
      this.#drop(oldest);
    }
  }

  /** The packet, if it is to be sent again now. */
  again(sequence: number, now: number): Buffer | undefined {
    const kept = this.#kept.get(sequence);
    if (!kept || now - kept.sentAt > this.#bounds.age) return undefined;
    if (kept.times >= this.#bounds.times || now - kept.lastAt < this.#bounds.pause)
      return undefined;
    kept.times += 1;
    kept.lastAt = now;
    return kept.packet;
  }

  clear(): void {
    this.#kept.clear();
    this.#bytes = 0;
  }

  #drop(sequence: number): void {
    const kept = this.#kept.get(sequence);
    if (!kept) return;
    this.#bytes -= kept.packet.length;
    this.#kept.delete(sequence);
  }
}
