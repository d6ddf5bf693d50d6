/** What has come of one RTP stream: counted, not decoded. */
import { parseVp8 } from './vp8.ts';
import type { ReceivedHeader } from './rtp.ts';

export class ReceivedStream {
  readonly ssrc: number;
  packets = 0;
  /** Of whole RTP packets, decrypted. */
  bytes = 0;
  keyFrames = 0;
  /** px, of the last key frame: it tells which layer comes */
  width = 0;
  /** px */
  height = 0;
  /** ms as of `performance.now()` */
  firstKeyFrameAt: number | undefined;
  lastPacketAt: number | undefined;
  /** Sequence numbers, with their extension to more than 16 bits (RFC 3550 appendix A.1). */
  #first = -1;
  #highest = -1;
  #reported = { expected: 0, lost: 0 };

  constructor(ssrc: number) {
    this.ssrc = ssrc;
  }

  /** Packets missing in the sequence so far. */
  get lost(): number {
    return this.#expected - this.packets;
  }

  take(rtp: ReceivedHeader, packet: Buffer): void {
    this.packets += 1;
    this.bytes += packet.length;
    this.lastPacketAt = performance.now();
    this.#count(rtp.sequence);
    const vp8 = parseVp8(packet, rtp.payloadAt);
    if (!vp8?.startsKeyFrame) return;
    this.keyFrames += 1;
    this.firstKeyFrameAt ??= this.lastPacketAt;
    this.width = vp8.width ?? 0;
    this.height = vp8.height ?? 0;
  }

  /** What a receiver report is to say now; undefined before the first packet. */
  report() {
    if (this.#first < 0) return undefined;
    const { ssrc, lost } = this;
    const expected = this.#expected;
    const since = expected - this.#reported.expected;
    const fractionLost = since > 0 ? Math.max(0, (lost - this.#reported.lost) / since) : 0;
    this.#reported = { expected, lost };
    return { ssrc, fractionLost, lost, highestSequence: this.#highest };
  }

  get #expected(): number {
    return this.#first < 0 ? 0 : this.#highest - this.#first + 1;
  }

  #count(number: number): void {
    if (this.#first < 0) {
      this.#first = number;
      this.#highest = number;
      return;
    }
    const step = (number - this.#highest) & 0xffff;
    if (step < 0x8000) this.#highest += step;
  }
}
