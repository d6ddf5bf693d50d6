/** What sender and receiver of a stream tell each other (RFC 3550 §6): some cameras end a session without it. */
import { rtcpPackets, rtcpType, type RtcpPacket } from './compound.ts';
import type { RtpPacket } from './packet.ts';
import { sequenceDistance } from './packet.ts';

export interface RtcpEvents {
  /** The source has ended its stream. */
  goodbye(): void;
}

/** How one stream comes, for reports to its sender. */
export class Reception {
  readonly #own = Math.floor(Math.random() * 2 ** 32);
  readonly #clockRate: number;
  #ssrc: number | undefined;
  #first = 0;
  /** With its cycles. */
  #highest = 0;
  #received = 0;
  #expectedBefore = 0;
  #receivedBefore = 0;
  #jitter = 0;
  #transit: number | undefined;
  /** The middle of the NTP time of the last sender report, and when it came. */
  #lastReport: { middle: number; cameAt: number } | undefined;

  constructor(clockRate: number) {
    this.#clockRate = clockRate;
  }

  packet(packet: RtpPacket): void {
    if (packet.ssrc !== this.#ssrc) this.#begin(packet);
    this.#received += 1;
    const ahead = sequenceDistance(this.#highest & 0xffff, packet.sequence);
    if (ahead > 0) this.#highest += ahead;
    const transit = (packet.cameAt * this.#clockRate) / 1000 - packet.timestamp;
    const difference = Math.abs(transit - (this.#transit ?? transit));
    this.#transit = transit;
    // A clock that is set is no jitter.
    if (difference < this.#clockRate) this.#jitter += (difference - this.#jitter) / 16;
  }

  /** Reads a compound packet; what makes no sense is left. */
  read(data: Buffer, cameAt: number, events: RtcpEvents): void {
    for (const packet of rtcpPackets(data)) {
      const { type, bytes } = packet;
      const isReport = type === rtcpType.senderReport && bytes.length >= 28;
      if (isReport && bytes.readUInt32BE(4) === this.#ssrc) {
        this.#lastReport = { middle: bytes.readUInt32BE(10), cameAt };
      }
      if (type === rtcpType.goodbye && this.#namesSource(packet)) events.goodbye();
    }
  }

  /** A compound packet for the sender; also before anything has come. */
  report(now: number): Buffer {
    const blocks = this.#ssrc === undefined ? 0 : 1;
    const head = Buffer.alloc(8 + blocks * 24);
    head[0] = 0x80 | blocks;
    head[1] = rtcpType.receiverReport;
    head.writeUInt16BE(head.length / 4 - 1, 2);
    head.writeUInt32BE(this.#own, 4);
    if (this.#ssrc !== undefined) this.#writeBlock(head, this.#ssrc, now);
    return Buffer.concat([head, describe(this.#own)]);
  }

  #begin({ ssrc, sequence }: RtpPacket): void {
    this.#ssrc = ssrc;
    this.#first = sequence;
    this.#highest = sequence;
    this.#received = 0;
    this.#expectedBefore = 0;
    this.#receivedBefore = 0;
    this.#jitter = 0;
    this.#transit = undefined;
    this.#lastReport = undefined;
  }

  #namesSource({ format: count, bytes }: RtcpPacket): boolean {
    for (let index = 0; index < count && 8 + index * 4 <= bytes.length; index += 1) {
      if (bytes.readUInt32BE(4 + index * 4) === this.#ssrc) return true;
    }
    return false;
  }

  #writeBlock(packet: Buffer, ssrc: number, now: number): void {
    const expected = this.#highest - this.#first + 1;
    const newly = expected - this.#expectedBefore;
    const missing = newly - (this.#received - this.#receivedBefore);
    const lost = Math.max(-0x800000, Math.min(0x7fffff, expected - this.#received));
    this.#expectedBefore = expected;
    this.#receivedBefore = this.#received;
    packet.writeUInt32BE(ssrc, 8);
    packet[12] = newly > 0 && missing > 0 ? Math.min(255, Math.floor((missing * 256) / newly)) : 0;
    packet.writeIntBE(lost, 13, 3);
    packet.writeUInt32BE(this.#highest >>> 0, 16);
    packet.writeUInt32BE(Math.floor(this.#jitter) >>> 0, 20);
    if (!this.#lastReport) return;
    packet.writeUInt32BE(this.#lastReport.middle, 24);
    const delay = ((now - this.#lastReport.cameAt) / 1000) * 65_536;
    packet.writeUInt32BE(Math.min(0xffffffff, Math.round(delay)), 28);
  }
}

/** SDES with a CNAME, which each compound packet has to have. */
function describe(ssrc: number): Buffer {
  const name = 'gateway';
  const packet = Buffer.alloc(8 + Math.ceil((2 + name.length + 1) / 4) * 4);
  packet[0] = 0x81;
  packet[1] = rtcpType.sourceDescription;
  packet.writeUInt16BE(packet.length / 4 - 1, 2);
  packet.writeUInt32BE(ssrc, 4);
  packet[8] = 1;
  packet[9] = name.length;
  packet.write(name, 10);
  return packet;
}
