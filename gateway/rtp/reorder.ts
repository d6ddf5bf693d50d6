/** Puts packets into their order; what does not come soon is given up as lost. */
import { sequenceDistance, type RtpPacket } from './packet.ts';

/** How long packets wait for one that is missing, ms. */
const patience = 40;
/** Most packets that wait. */
const most = 128;
/** A distance that no reordering explains: the sender has begun anew. */
const jump = 1000;

export interface OrderedPackets {
  packet(packet: RtpPacket): void;
  /** @param count packets that are missing before the next one; undefined where it cannot be said */
  lost(count: number | undefined): void;
}

export class ReorderBuffer {
  readonly #out: OrderedPackets;
  #next: number | undefined;
  #ssrc = 0;
  /** By sequence number. */
  readonly #waiting = new Map<number, RtpPacket>();
  #waitsSince = 0;

  constructor(out: OrderedPackets) {
    this.#out = out;
  }

  push(packet: RtpPacket): void {
    if (this.#next === undefined) this.#next = packet.sequence;
    else if (packet.ssrc !== this.#ssrc) this.#beginAnew(packet);
    this.#ssrc = packet.ssrc;
    const distance = sequenceDistance(this.#next, packet.sequence);
    if (distance === 0 && this.#waiting.size === 0) {
      this.#deliver(packet);
      return;
    }
    if (Math.abs(distance) > jump) {
      this.#beginAnew(packet);
      this.#deliver(packet);
      return;
    }
    if (distance < 0) return; // It comes twice, or was given up.
    if (this.#waiting.size === 0) this.#waitsSince = packet.cameAt;
    this.#waiting.set(packet.sequence, packet);
    this.#drain();
    while (
      this.#waiting.size > 0 &&
      (this.#waiting.size > most || packet.cameAt - this.#waitsSince > patience)
    ) {
      this.#giveUp();
      this.#drain();
      this.#waitsSince = packet.cameAt;
    }
  }

  #deliver(packet: RtpPacket): void {
    this.#next = (packet.sequence + 1) & 0xffff;
    this.#out.packet(packet);
  }

  #drain(): void {
    for (;;) {
      const packet = this.#waiting.get(this.#next ?? 0);
      if (!packet) return;
      this.#waiting.delete(packet.sequence);
      this.#deliver(packet);
    }
  }

  /** Goes on with the first that waits. */
  #giveUp(): void {
    const from = this.#next ?? 0;
    let nearest = Infinity;
    for (const sequence of this.#waiting.keys()) {
      nearest = Math.min(nearest, sequenceDistance(from, sequence));
    }
    this.#next = (from + nearest) & 0xffff;
    this.#out.lost(nearest);
  }

  #beginAnew(packet: RtpPacket): void {
    this.#waiting.clear();
    this.#next = packet.sequence;
    this.#out.lost(undefined);
  }
}
