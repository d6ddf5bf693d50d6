/** A camera's sound as an RTP stream (RFC 3551 §4.5.14, RFC 7587); what is lost of it is not sent again, as it would be late. */
import { randomInt } from 'node:crypto';
import type { Request } from '../../server/contract/events.ts';
import { clockRates, type Sound, type SoundCodec } from '../sound/sound.ts';
import { senderReport, type Sent } from './rtcp.ts';
import { headerLength, transportNumber, writeHeader } from './rtp.ts';
import { ticksPerMs, Timeline } from './timeline.ts';

/** RFC 3551 §6; that of Opus is any that nothing else has. */
export const soundTypes: Readonly<Record<SoundCodec, number>> = { PCMU: 0, PCMA: 8, OPUS: 111 };
/** What encryption adds to a packet at most, bytes (RFC 7714 §13.2). */
const protection = 16;
/** What any of them takes of the way at most or so, with all that is around each packet, bit/s. */
export const soundRate = 95_000;

export class SoundStream implements Sent {
  readonly codec: SoundCodec;
  readonly ssrc = randomInt(1, 2 ** 31);
  packets = 0;
  bytes = 0;
  /** Sound is never changed over to, so that nobody waits for its first reports. */
  readonly isFresh = false;
  /** When it last said which time its time stamps are of; ms. */
  reportedAt = -Infinity;
  readonly #mostPayload: number;
  readonly #timeline = new Timeline();
  readonly #offset = randomInt(2 ** 32 - 1);
  #sequence = randomInt(2 ** 15);
  #timestamp = 0;

  /** @param mtu most bytes of a UDP datagram's payload */
  constructor(codec: SoundCodec, mtu: number) {
    this.codec = codec;
    this.#mostPayload = mtu - protection - headerLength;
  }

  /** Its packets: one, unless a camera sends more at once than one has room for. */
  packetsOf({ payload, timestamp, cameAt }: Sound): Buffer[] {
    const most = this.#mostPayload;
    if (this.codec === 'OPUS' && payload.length > most) return [];
    this.#timestamp = timestamp;
    if (this.#timeline.came(this.#ticks(timestamp), cameAt)) this.reportedAt = -Infinity;
    const packets: Buffer[] = [];
    // Each byte of G.711 is a sample.
    for (let at = 0; at < payload.length; at += most) {
      packets.push(this.#packet(payload.subarray(at, at + most), timestamp + at));
    }
    return packets;
  }

  /** A packet has gone out. */
  wentOut(packet: Buffer): void {
    this.packets += 1;
    this.bytes += packet.length - headerLength;
  }

  /** Which time belongs to which time stamp. @param now ms @returns undefined before the first piece */
  report(now: number): Buffer | undefined {
    const time = this.#timeline.timeOf(this.#ticks(this.#timestamp));
    if (time === undefined) return undefined;
    this.reportedAt = now;
    return senderReport(this, performance.timeOrigin + time, this.#stamp(this.#timestamp));
  }

  #packet(payload: Buffer, timestamp: number): Buffer {
    this.#sequence = (this.#sequence + 1) & 0xffff;
    const packet = Buffer.allocUnsafe(headerLength + payload.length);
    writeHeader(packet, {
      marker: false,
      payloadType: soundTypes[this.codec],
      sequence: this.#sequence,
      timestamp: this.#stamp(timestamp),
      ssrc: this.ssrc,
    });
    payload.copy(packet, headerLength);
    return packet;
  }

  /** As the time stamps of pictures count. */
  #ticks(timestamp: number): number {
    return (timestamp / clockRates[this.codec]) * 1000 * ticksPerMs;
  }

  #stamp(timestamp: number): number {
    return (timestamp + this.#offset) % 2 ** 32;
  }
}

/** What is published of it. @param cname that of the pictures */
export function soundParameters(
  { codec, ssrc }: SoundStream,
  cname: string,
): Request<'publish'>['rtpParameters'] {
  return {
    mid: '1',
    codecs: [
      {
        ...{ mimeType: `audio/${codec.toLowerCase()}`, payloadType: soundTypes[codec] },
        ...{ clockRate: clockRates[codec], channels: codec === 'OPUS' ? 2 : 1 },
        rtcpFeedback: [{ type: 'transport-cc' }],
      },
    ],
    headerExtensions: [transportNumber],
    encodings: [{ ssrc }],
    rtcp: { cname, reducedSize: true },
  };
}
