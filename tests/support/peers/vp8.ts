/** The VP8 payload descriptor (RFC 7741 §4.2) and the first bytes of a frame (RFC 6386 §9.1). */

export interface Vp8Payload {
  /** The first packet of a frame. */
  readonly startsFrame: boolean;
  /** Where the frame's own bytes begin. */
  readonly frameAt: number;
  /** This packet begins a key frame. */
  readonly startsKeyFrame: boolean;
  /** px, of a key frame */
  readonly width?: number;
  /** px, of a key frame */
  readonly height?: number;
  /** Where the 15-bit picture id stands, if there is one of that length. */
  readonly pictureIdAt?: number;
  /** Where TL0PICIDX stands, if it is there. */
  readonly tl0PicIdxAt?: number;
}

/** @returns undefined when the bytes are too few to be VP8 */
export function parseVp8(
  packet: Buffer,
  begin: number,
  end = packet.length,
): Vp8Payload | undefined {
  const flags = packet[begin];
  if (flags === undefined || begin >= end) return undefined;
  let at = begin + 1;
  let pictureIdAt: number | undefined;
  let tl0PicIdxAt: number | undefined;
  if (flags & 0x80) {
    const extension = packet[at++] ?? 0;
    if (extension & 0x80) {
      const long = ((packet[at] ?? 0) & 0x80) !== 0;
      if (long) pictureIdAt = at;
      at += long ? 2 : 1;
    }
    if (extension & 0x40) tl0PicIdxAt = at++;
    if (extension & 0x30) at += 1;
  }
  if (at >= end) return undefined;
  const startsFrame = (flags & 0x10) !== 0 && (flags & 0x07) === 0;
  const startsKeyFrame = startsFrame && ((packet[at] ?? 1) & 0x01) === 0;
  return {
    startsFrame,
    frameAt: at,
    startsKeyFrame,
    // Frame tag of 3 bytes, start code of 3, then 14 bits each of width and height.
    ...(startsKeyFrame && at + 10 <= end
      ? {
          width: packet.readUInt16LE(at + 6) & 0x3fff,
          height: packet.readUInt16LE(at + 8) & 0x3fff,
        }
      : {}),
    ...(pictureIdAt === undefined ? {} : { pictureIdAt }),
    ...(tl0PicIdxAt === undefined ? {} : { tl0PicIdxAt }),
  };
}
