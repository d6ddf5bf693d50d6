/**
 * Packets that were sent a moment ago, to be sent again when they are asked for: few, young, and each not too often. Their
 * bytes are copied into one ring, and what is known of them into arrays: thousands of objects that live for a second would be
 * moved about by the garbage collector.
 */

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

/** Most packets; a power of 2. */
const slots = 2048;
/** The ring begins with so much room, and grows by half of it each time; bytes. */
const firstRoom = 128 * 1024;

export class SentPackets {
  readonly #bounds: Bounds;
  #ring = Buffer.alloc(0);
  /** Where the next packet goes. */
  #end = 0;
  #bytes = 0;
  #size = 0;
  // The oldest and the newest; then, for each slot, what is in it. A packet's slot is its number modulo their count.
  #first = 0;
  #last = 0;
  /** The number, and one more; 0 for none. */
  readonly #numbers = new Uint32Array(slots);
  readonly #next = new Uint16Array(slots);
  readonly #at = new Uint32Array(slots);
  readonly #lengths = new Uint32Array(slots);
  readonly #sentAt = new Float64Array(slots);
  readonly #lastAt = new Float64Array(slots);
  readonly #times = new Uint8Array(slots);

  constructor(bounds: Bounds = usualBounds) {
    this.#bounds = bounds;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#size;
  }

  /** @param sequence 16 bits @param now ms */
  keep(sequence: number, packet: Buffer, now: number): void {
    const { bytes, age } = this.#bounds;
    const { length } = packet;
    const slot = sequence % slots;
    while (this.#numbers[slot] !== 0) this.#dropFirst();
    while (
      this.#size > 0 &&
      (this.#bytes + length > bytes || now - (this.#sentAt[this.#first] ?? 0) > age)
    ) {
      this.#dropFirst();
    }
    if (length > bytes) return;
    const at = this.#roomFor(length);
    packet.copy(this.#ring, at);
    this.#end = at + length;
    if (this.#size === 0) this.#first = slot;
    else this.#next[this.#last] = slot;
    this.#last = slot;
    this.#size += 1;
    this.#bytes += length;
    this.#numbers[slot] = sequence + 1;
    this.#at[slot] = at;
    this.#lengths[slot] = length;
    this.#sentAt[slot] = this.#lastAt[slot] = now;
    this.#times[slot] = 0;
  }

  /** The one that was kept last, whatever has become of it; its bytes are others after the next one is kept. */
  get newest(): { readonly sequence: number; readonly packet: Buffer } | undefined {
    const sequence = (this.#numbers[this.#last] ?? 0) - 1;
    return this.#size === 0 || sequence < 0
      ? undefined
      : { sequence, packet: this.#in(this.#last) };
  }

  /**
   * The packet, if it is to be sent again now; its bytes are others after the next one is kept.
   * @param wait ms that it takes longer than usual to come
   */
  again(sequence: number, now: number, wait = 0): Buffer | undefined {
    const { age, times, pause } = this.#bounds;
    const slot = sequence % slots;
    if (this.#numbers[slot] !== sequence + 1) return undefined;
    if (now - (this.#sentAt[slot] ?? 0) > age) return undefined;
    const before = this.#times[slot] ?? 0;
    if (before >= times || now - (this.#lastAt[slot] ?? 0) < pause + wait) return undefined;
    this.#times[slot] = before + 1;
    this.#lastAt[slot] = now;
    return this.#in(slot);
  }

  clear(): void {
    this.#numbers.fill(0);
    this.#ring = Buffer.alloc(0);
    this.#end = this.#bytes = this.#size = 0;
  }

  #in(slot: number): Buffer {
    const at = this.#at[slot] ?? 0;
    return this.#ring.subarray(at, at + (this.#lengths[slot] ?? 0));
  }

  #dropFirst(): void {
    const slot = this.#first;
    this.#bytes -= this.#lengths[slot] ?? 0;
    this.#numbers[slot] = 0;
    this.#first = this.#next[slot] ?? 0;
    this.#size -= 1;
  }

  /** Where so many bytes are free; older packets go for them, once the ring is as large as it may be. */
  #roomFor(length: number): number {
    for (;;) {
      const begin = this.#at[this.#first] ?? 0;
      const isEmpty = this.#size === 0;
      // From the oldest on to the end of the newest; or that has begun anew in front of the oldest.
      if (isEmpty || this.#end > begin) {
        const end = isEmpty ? 0 : this.#end;
        if (end + length <= this.#ring.length) return end;
        if (!isEmpty && length < begin) return 0;
      } else if (this.#end + length < begin) return this.#end;
      if (this.#ring.length < this.#bounds.bytes) this.#grow(length);
      else this.#dropFirst();
    }
  }

  #grow(length: number): void {
    const before = this.#ring;
    const room = Math.max(firstRoom, Math.ceil(1.5 * before.length), length);
    this.#ring = Buffer.allocUnsafeSlow(Math.min(this.#bounds.bytes, room));
    let end = 0;
    for (let slot = this.#first, left = this.#size; left > 0; left -= 1) {
      const at = this.#at[slot] ?? 0;
      this.#at[slot] = end;
      end += before.copy(this.#ring, end, at, at + (this.#lengths[slot] ?? 0));
      slot = this.#next[slot] ?? 0;
    }
    this.#end = end;
  }
}
