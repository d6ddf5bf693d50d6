/** A camera's sound on its way to one client: a clip in a loop, each piece as soon as it is over. */
import { randomBytes } from 'node:crypto';
import { senderReport, type Sent } from '../../../gateway/upload/rtcp.ts';
import type { SoundClip } from './sounds.ts';

/** The sound beside a stream's pictures. */
export interface StreamSound {
  readonly clip: SoundClip;
  /** What goes out for a packet; several, none, or another one. */
  packet?(packet: Buffer, count: number): readonly Buffer[];
  /** Lines of its section in place of the usual ones, without its control. */
  readonly described?: readonly string[];
}

export class Sounding {
  paused: boolean;
  readonly #sound: StreamSound;
  readonly #send: (packet: Buffer, isReport: boolean) => void;
  readonly #sent: Sent = { ssrc: randomBytes(4).readUInt32BE(), packets: 0, bytes: 0 };
  readonly #begin = performance.now();
  readonly #sequence = randomBytes(2).readUInt16BE();
  readonly #timestamp = randomBytes(4).readUInt32BE();
  #count = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    sound: StreamSound,
    send: (packet: Buffer, isReport: boolean) => void,
    paused: boolean,
  ) {
    this.#sound = sound;
    this.#send = send;
    this.paused = paused;
    this.#next();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #next(): void {
    const { samples, clockRate } = this.#sound.clip;
    const endOf = (count: number): number =>
      this.#begin + ((count + 1) * samples * 1000) / clockRate;
    for (; endOf(this.#count) <= performance.now(); this.#count += 1) {
      if (!this.paused) this.#play(this.#count);
    }
    this.#timer = setTimeout(() => this.#next(), endOf(this.#count) - performance.now());
  }

  #play(count: number): void {
    const { pieces, samples, payloadType, clockRate } = this.#sound.clip;
    const piece = pieces[count % pieces.length];
    if (!piece) return;
    const timestamp = (this.#timestamp + count * samples) % 2 ** 32;
    if (count % 250 === 0) {
      const at = this.#begin + (count * samples * 1000) / clockRate;
      this.#send(senderReport(this.#sent, performance.timeOrigin + at, timestamp), true);
    }
    const packet = Buffer.alloc(12 + piece.length);
    packet[0] = 0x80;
    packet[1] = payloadType;
    packet.writeUInt16BE((this.#sequence + count) & 0xffff, 2);
    packet.writeUInt32BE(timestamp, 4);
    packet.writeUInt32BE(this.#sent.ssrc, 8);
    piece.copy(packet, 12);
    this.#sent.packets += 1;
    this.#sent.bytes += piece.length;
    for (const one of this.#sound.packet?.(packet, count) ?? [packet]) this.#send(one, false);
  }
}
