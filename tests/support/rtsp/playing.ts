/** A camera's stream on its way to one client: a clip in a loop, in real time. */
import { randomBytes } from 'node:crypto';
import { senderReport, type Sent } from '../../../gateway/upload/rtcp.ts';
import type { CameraClip, ClipPicture } from './clips.ts';
import type { StreamSound } from './sounding.ts';
import { payloadsOf, type Payload } from './packets.ts';

export interface Stream {
  readonly clip: CameraClip;
  /** What is heard with it. */
  readonly sound?: StreamSound;
  /** Most bytes of an RTP payload. */
  readonly payload?: number;
  /** Where a client comes in, by the number of the picture; the first, a key picture, unless said. */
  readonly beginsAt?: number;
  /** Between sender reports, ms; 0 for none. */
  readonly reports?: number;
  /** RTP's first sequence number and time stamp; by chance unless said. */
  readonly sequence?: number;
  readonly timestamp?: number;
  /** Other packets than usual for a picture. @param count pictures sent before it, loops included */
  payloads?(picture: ClipPicture, usual: Payload[], count: number): Payload[];
  /** What goes out for a packet; several, none, or another one. */
  packet?(packet: Buffer, count: number): readonly Buffer[];
  /** Another time stamp than usual. */
  stamp?(usual: number, count: number): number;
  /** Its packets come from elsewhere as they are made, and nothing of the clip is played. @returns ends it */
  live?(send: (packet: Buffer) => void): () => void;
  /** A picture has gone out. @param at ms of `performance.now()` when its first packet did */
  sent?(count: number, at: number): void;
}

const clock = 90_000; // Hz
const payloadType = 96;
/** RFC 3551 §6 */
const jpegType = 26;

export function payloadTypeOf({ codec }: CameraClip): number {
  return codec === 'JPEG' ? jpegType : payloadType;
}

export class Playing {
  /** No packets while it is true; time goes on. */
  paused: boolean;
  pictures = 0;
  readonly #stream: Stream;
  readonly #send: (packet: Buffer, isReport: boolean) => void;
  readonly #begin = performance.now();
  readonly #sent: Sent = { ssrc: randomBytes(4).readUInt32BE(), packets: 0, bytes: 0 };
  #sequence: number;
  readonly #firstTimestamp: number;
  #lastReport = -Infinity;
  #packets = 0;
  /** Pictures of the clip that were left out, for a key picture before its time. */
  #skipped = 0;
  #wantsKey = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: Stream, send: (packet: Buffer, isReport: boolean) => void, paused: boolean) {
    this.paused = paused;
    this.#stream = stream;
    this.#send = send;
    this.#sequence = stream.sequence ?? randomBytes(2).readUInt16BE();
    this.#firstTimestamp = stream.timestamp ?? randomBytes(4).readUInt32BE();
    this.#next();
  }

  /** The next picture is a key picture, as of a camera that was asked for one. */
  makeKey(): void {
    this.#wantsKey = true;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** What is due is sent, also what a busy machine kept from being sent in time. */
  #next(): void {
    const interval = 1000 / this.#stream.clip.frameRate;
    while (this.#begin + this.pictures * interval <= performance.now()) {
      if (!this.paused) this.#show();
      this.pictures += 1;
    }
    const due = this.#begin + this.pictures * interval;
    this.#timer = setTimeout(() => this.#next(), due - performance.now());
  }

  #show(): void {
    const { clip, payload = 1400, beginsAt = 0 } = this.#stream;
    const count = this.pictures;
    const place = this.#place(beginsAt + count);
    const picture = clip.pictures[place];
    if (!picture) return;
    const shown = count - place + picture.shownAt + beginsAt;
    const usual = this.#firstTimestamp + Math.round((shown * clock) / clip.frameRate);
    const timestamp = this.#stream.stamp?.(usual, count) ?? usual;
    const at = performance.now();
    this.#report(at, timestamp);
    const ordinary = payloadsOf(clip.codec, picture.units, payload);
    const payloads = this.#stream.payloads?.(picture, ordinary, count) ?? ordinary;
    for (const payload of payloads) this.#packet(payload, timestamp);
    this.#stream.sent?.(count, at);
  }

  #place(usual: number): number {
    const { pictures } = this.#stream.clip;
    const place = (usual + this.#skipped) % pictures.length;
    if (!this.#wantsKey) return place;
    this.#wantsKey = false;
    const further = pictures.findIndex(
      (_, at) => pictures[(place + at) % pictures.length]?.isKey === true,
    );
    this.#skipped += Math.max(0, further);
    return (place + Math.max(0, further)) % pictures.length;
  }

  #packet({ bytes, marker, extension }: Payload, timestamp: number): void {
    const more = extension ? onvif(extension) : Buffer.alloc(0);
    const packet = Buffer.alloc(12 + more.length + bytes.length);
    packet[0] = extension ? 0x90 : 0x80;
    packet[1] = (marker ? 0x80 : 0) | payloadTypeOf(this.#stream.clip);
    packet.writeUInt16BE(this.#sequence & 0xffff, 2);
    packet.writeUInt32BE(timestamp >>> 0, 4);
    packet.writeUInt32BE(this.#sent.ssrc, 8);
    more.copy(packet, 12);
    bytes.copy(packet, 12 + more.length);
    this.#sequence += 1;
    this.#sent.packets += 1;
    this.#sent.bytes += bytes.length;
    const out = this.#stream.packet?.(packet, this.#packets) ?? [packet];
    this.#packets += 1;
    for (const one of out) this.#send(one, false);
  }

  #report(at: number, timestamp: number): void {
    const { reports = 5000 } = this.#stream;
    if (reports === 0 || at - this.#lastReport < reports) return;
    this.#lastReport = at;
    this.#send(senderReport(this.#sent, performance.timeOrigin + at, timestamp), true);
  }
}

/** As a header extension (RFC 3550 §5.3.1), filled up to whole words. */
function onvif(segments: Buffer): Buffer {
  const words = Math.ceil(segments.length / 4);
  const extension = Buffer.alloc(4 + 4 * words, 0xff);
  extension.writeUInt16BE(0xffd8, 0);
  extension.writeUInt16BE(words, 2);
  segments.copy(extension, 4);
  return extension;
}
