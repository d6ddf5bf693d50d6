/** One layer as an RTP stream of its own (RFC 3550), with what is sent again in another (RFC 4588). */
import { randomInt } from 'node:crypto';
import type { Picture } from '../video/picture.ts';
import { packetise } from './packetiser.ts';
import { senderReport, type Sent } from './rtcp.ts';
import { headerLength, writeHeader } from './rtp.ts';
import { SentPackets } from './sent-packets.ts';
import { ticksPerMs, Timeline } from './timeline.ts';

export const payloadTypes = { h264: 102, retransmission: 103 };
/** What encryption adds to a packet at most, bytes (RFC 7714 §13.2). */
const protection = 16;
/** The number of a packet that is sent again (RFC 4588 §4), bytes. */
const originalNumber = 2;
/** So many reports of a stream that begins follow each other soon. */
const firstReports = 8;

/** As packets go out: the pacer sends them, and each of them has a number on its transport then. */
export interface Outgoing {
  readonly packet: Buffer;
  readonly sequence: number;
}

export class LayerStream implements Sent {
  readonly ssrc = randomInt(1, 2 ** 31);
  readonly repairSsrc = randomInt(2 ** 31, 2 ** 32 - 1);
  packets = 0;
  bytes = 0;
  /** Nothing can be decoded before the next key picture. */
  needsKey = true;
  /** When it last said which time its time stamps are of; ms. */
  reportedAt = -Infinity;
  /** Reports since it began. */
  #reports = 0;
  readonly #mostPayload: number;
  readonly #timeline = new Timeline();
  readonly #sent = new SentPackets();
  readonly #offset = randomInt(2 ** 32 - 1);
  #sequence = randomInt(2 ** 15);
  #repairSequence = randomInt(2 ** 15);
  #timestamp = 0;
  #cameAt = 0;

  /** @param mtu most bytes of a UDP datagram's payload */
  constructor(mtu: number) {
    this.#mostPayload = mtu - protection - headerLength - originalNumber;
  }

  /** Its packets, in the order in which they are to be sent. */
  packetsOf({ units, timestamp, cameAt }: Picture): Outgoing[] {
    if (this.#timeline.came(timestamp, cameAt)) this.reportedAt = -Infinity;
    this.#timestamp = timestamp;
    this.#cameAt = cameAt;
    return this.#packetsOf(units, timestamp, true);
  }

  /** With a key picture, the first one or after a rest. */
  begin(): void {
    this.needsKey = false;
    this.reportedAt = -Infinity;
    this.#reports = 0;
  }

  /** Few reports have gone since it began, of which some may be lost. */
  get isFresh(): boolean {
    return this.#reports < firstReports;
  }

  /**
   * Says that the stream is about to begin: its parameter sets alone, which nothing is shown by. The server gets ready for
   * it, and so the first key picture is of use, where no other can be asked for.
   * @param sets parameter sets as they were last
   * @param now ms
   */
  announcement(sets: readonly Buffer[], now: number): Outgoing[] {
    const timestamp = this.#timestamp + Math.max(0, now - this.#cameAt) * ticksPerMs;
    if (this.#timeline.timeOf(timestamp) === undefined) {
      // What the server knows of and has no report of, it does not go over from, should no picture come.
      this.#timeline.came(timestamp, now);
      this.#timestamp = timestamp;
      this.#cameAt = now;
    }
    return this.#packetsOf(sets, timestamp, false);
  }

  /** A packet has gone out. @param now ms */
  wentOut({ packet, sequence }: Outgoing, now: number): void {
    this.packets += 1;
    this.bytes += packet.length - headerLength;
    this.#sent.keep(sequence, packet, now);
  }

  /**
   * What was sent and has not come, as it is to be sent again; undefined where it is too late, or too often.
   * @param wait ms that packets take longer than usual to come
   */
  again(sequence: number, now: number, wait: number): Buffer | undefined {
    const original = this.#sent.again(sequence, now, wait);
    return original && this.#repair(original, sequence);
  }

  /** What was sent last, as it would be sent again: nobody misses it. */
  repeated(): Buffer | undefined {
    const { newest } = this.#sent;
    return newest && this.#repair(newest.packet, newest.sequence);
  }

  #repair(original: Buffer, sequence: number): Buffer {
    this.#repairSequence = (this.#repairSequence + 1) & 0xffff;
    const packet = Buffer.allocUnsafe(original.length + originalNumber);
    original.copy(packet, 0, 0, headerLength);
    packet[1] = ((original[1] ?? 0) & 0x80) | payloadTypes.retransmission;
    packet.writeUInt16BE(this.#repairSequence, 2);
    packet.writeUInt32BE(this.repairSsrc, 8);
    packet.writeUInt16BE(sequence, headerLength);
    original.copy(packet, headerLength + originalNumber, headerLength);
    return packet;
  }

  /**
   * Which time belongs to which time stamp: without it the server changes to no other layer.
   * @param now ms of `performance.now()`
   * @returns undefined before the first picture
   */
  report(now: number): Buffer | undefined {
    const time = this.#timeline.timeOf(this.#timestamp);
    if (time === undefined) return undefined;
    this.reportedAt = now;
    this.#reports += 1;
    return senderReport(this, performance.timeOrigin + time, this.#stamp(this.#timestamp));
  }

  /** What was sent is of no use any more. */
  forget(): void {
    this.#sent.clear();
    this.needsKey = true;
    this.reportedAt = -Infinity;
  }

  #packetsOf(units: readonly Buffer[], timestamp: number, ends: boolean): Outgoing[] {
    const outgoing: Outgoing[] = [];
    packetise(units, this.#mostPayload, (length, isLast) => {
      this.#sequence = (this.#sequence + 1) & 0xffff;
      const packet = Buffer.allocUnsafe(headerLength + length);
      writeHeader(packet, {
        marker: isLast && ends,
        payloadType: payloadTypes.h264,
        sequence: this.#sequence,
        timestamp: this.#stamp(timestamp),
        ssrc: this.ssrc,
      });
      outgoing.push({ packet, sequence: this.#sequence });
      return { packet, at: headerLength };
    });
    return outgoing;
  }

  #stamp(timestamp: number): number {
    return (Math.floor(timestamp) + this.#offset) % 2 ** 32;
  }
}
