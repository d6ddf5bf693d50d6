/** RTP packets as they come (RFC 3550 §5.1). */

export interface RtpPacket {
  readonly marker: boolean;
  readonly payloadType: number;
  /** 16 bits */
  readonly sequence: number;
  /** 32 bits */
  readonly timestamp: number;
  readonly ssrc: number;
  /** A view of what was received, without header extensions and padding. */
  readonly payload: Buffer;
  /** Its header extension (RFC 3550 §5.3.1), where it has one. */
  readonly extension?: { readonly profile: number; readonly data: Buffer } | undefined;
  /** ms of `performance.now()` */
  readonly cameAt: number;
}

/** @returns undefined for what is no RTP packet */
export function parseRtp(data: Buffer, cameAt: number): RtpPacket | undefined {
  if (data.length < 12) return undefined;
  const first = data[0] ?? 0;
  const second = data[1] ?? 0;
  if (first >> 6 !== 2) return undefined;
  let begin = 12 + (first & 0x0f) * 4;
  let extension: RtpPacket['extension'];
  if (first & 0x10) {
    if (data.length < begin + 4) return undefined;
    const from = begin + 4;
    const profile = data.readUInt16BE(begin);
    begin = from + data.readUInt16BE(begin + 2) * 4;
    extension = { profile, data: data.subarray(from, begin) };
  }
  const padding = first & 0x20 ? (data[data.length - 1] ?? 0) : 0;
  const end = data.length - padding;
  if (begin > end) return undefined;
  return {
    marker: second >> 7 === 1,
    payloadType: second & 0x7f,
    sequence: data.readUInt16BE(2),
    timestamp: data.readUInt32BE(4),
    ssrc: data.readUInt32BE(8),
    payload: data.subarray(begin, end),
    extension,
    cameAt,
  };
}

/** How far `to` is from `from` among numbers of 16 bits that wrap; negative where it is before it. */
export function sequenceDistance(from: number, to: number): number {
  return ((to - from) << 16) >> 16;
}
