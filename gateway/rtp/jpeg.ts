/** Whole JPEGs out of RTP packets (RFC 2435), which leave out what can be made up again. */
import type {
  Depacketizer,
  DepacketizerEvents,
  OpenDepacketizer,
  StreamFormat,
} from './depacketizer.ts';
import { largestPicture } from './depacketizer.ts';
import { largestSide } from '../h264/sequence-set.ts';
import {
  jpegEnd,
  jpegHead,
  readOwnHead,
  scaledTables,
  type JpegFrame,
  type OwnHead,
} from './jpeg-head.ts';
import type { RtpPacket } from './packet.ts';

/** Types from here on have restart markers. */
const restarts = 64;
/** Values of Q from here on have tables of their own; only those of the last one may be different each time. */
const ownTables = { from: 128, always: 255 };
/** Header extensions that hold parts of the JPEG's head (ONVIF), among them a size that the usual fields have no room for. */
const headExtension = 0xffd8;

export const openJpeg: OpenDepacketizer = (format, events) => new JpegDepacketizer(format, events);

class JpegDepacketizer implements Depacketizer {
  readonly #events: DepacketizerEvents;
  /** Tables that came with an earlier picture, by their Q. */
  readonly #tables = new Map<number, Buffer[]>();
  #frame: JpegFrame | undefined;
  #parts: Buffer[] = [];
  #bytes = 0;
  #timestamp: number | undefined;
  #cameAt = 0;
  #isTorn = false;
  #told = '';

  readonly #described: StreamFormat['size'];

  constructor({ size }: StreamFormat, events: DepacketizerEvents) {
    this.#described = size;
    this.#events = events;
  }

  packet({ payload, timestamp, marker, cameAt, extension }: RtpPacket): void {
    if (timestamp !== this.#timestamp) {
      if (this.#bytes > 0 || this.#isTorn) this.#end();
      this.#timestamp = timestamp;
    }
    this.#cameAt = cameAt;
    const head = extension?.profile === headExtension ? extension.data : undefined;
    if (!this.#isTorn && !this.#take(payload, head)) this.#isTorn = true;
    if (marker) this.#end();
  }

  lost(): void {
    if (this.#bytes > 0) this.#isTorn = true;
    this.#events.torn();
  }

  /** @returns whether it makes sense */
  #take(payload: Buffer, head: Buffer | undefined): boolean {
    if (payload.length < 8) return false;
    const offset = payload.readUIntBE(1, 3);
    const [fields = 0, type = 0, q = 0, width = 0, height = 0] = [0, 4, 5, 6, 7].map((at) =>
      payload.readUInt8(at),
    );
    if (type % restarts > 1 || type >= 2 * restarts) {
      return this.#refuse(`MJPEG of type ${type}, which no standard describes`);
    }
    if (fields === 1 || fields === 2) return this.#refuse('MJPEG in fields (interlaced)');
    let at = 8;
    let interval = 0;
    if (type >= restarts) {
      if (payload.length < at + 4) return false;
      interval = payload.readUInt16BE(at);
      at += 4;
    }
    if (offset !== this.#bytes) return false;
    if (offset === 0) {
      const tables = q >= ownTables.from ? this.#ownTables(q, payload.subarray(at)) : undefined;
      const all = tables?.all ?? scaledTables(q);
      if (!all || (q >= ownTables.from && !tables)) return false;
      at += tables?.length ?? 0;
      const own = head && readOwnHead(head);
      if (head && !own) return false;
      if (own?.isBaseline === false) return this.#refuse('MJPEG that is not baseline');
      const size = this.#sizeOf(width, height, own);
      if (!size) return false;
      const sampling = type % restarts === 0 ? '4:2:2' : '4:2:0';
      this.#frame = { ...size, sampling, interval, tables: all, own };
    }
    const part = payload.subarray(at);
    this.#bytes += part.length;
    this.#parts.push(part);
    return this.#bytes <= largestPicture;
  }

  /** Its fields are of 8 bits and count 8 px: 0 says that the size stands elsewhere. */
  #sizeOf(width: number, height: number, own: OwnHead | undefined): OwnHead['size'] {
    const told = width > 0 && height > 0 ? { width: width * 8, height: height * 8 } : undefined;
    const size = own?.size ?? told ?? this.#described;
    if (!size) {
      this.#refuse('MJPEG of more than 2,040 px that does not say its size');
      return undefined;
    }
    const isPossible = [size.width, size.height].every((side) => side > 0 && side <= largestSide);
    return isPossible ? size : undefined;
  }

  #refuse(what: string): false {
    this.#events.unusable(what);
    return false;
  }

  /** §3.1.8 */
  #ownTables(q: number, bytes: Buffer): { all: Buffer[]; length: number } | undefined {
    if (bytes.length < 4) return undefined;
    const precision = bytes.readUInt8(1);
    const length = bytes.readUInt16BE(2);
    if (length === 0) {
      const all = q === ownTables.always ? undefined : this.#tables.get(q);
      return all && { all, length: 4 };
    }
    if (4 + length > bytes.length) return undefined;
    const all: Buffer[] = [];
    for (let at = 4; at < 4 + length;) {
      const size = (precision >> all.length) & 1 ? 128 : 64;
      if (at + size > 4 + length || all.length === 4) return undefined;
      all.push(Buffer.from(bytes.subarray(at, at + size)));
      at += size;
    }
    this.#tables.set(q, all);
    return { all, length: 4 + length };
  }

  #end(): void {
    const [frame, parts, isTorn] = [this.#frame, this.#parts, this.#isTorn];
    this.#frame = undefined;
    this.#parts = [];
    this.#bytes = 0;
    this.#isTorn = false;
    if (isTorn || !frame) {
      this.#events.torn();
      return;
    }
    const { width, height } = frame;
    const size = `${width}×${height}`;
    if (size !== this.#told) {
      this.#told = size;
      this.#events.facts({ width, height, codec: 'MJPEG', reorders: false });
    }
    const timestamp = this.#timestamp ?? 0;
    const units = [Buffer.concat([jpegHead(frame), ...parts, ...jpegEnd(parts)])];
    this.#events.picture({ units, isKey: true, timestamp, cameAt: this.#cameAt });
  }
}
