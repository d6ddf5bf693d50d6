/** The packets that one RTCP datagram holds (RFC 3550 §6.1). */

/** RFC 3550 §12.1, RFC 4585 §6.1 */
export const rtcpType = {
  senderReport: 200,
  receiverReport: 201,
  sourceDescription: 202,
  goodbye: 203,
  transportFeedback: 205,
  payloadFeedback: 206,
};

/** One packet of a compound one. */
export interface RtcpPacket {
  readonly type: number;
  /** The count of its blocks, or the format of feedback. */
  readonly format: number;
  /** Whole, with its header. */
  readonly bytes: Buffer;
}

/** The packets of a compound one; what is cut off or has another version ends it. */
export function rtcpPackets(compound: Buffer): RtcpPacket[] {
  const packets: RtcpPacket[] = [];
  for (let at = 0; at + 4 <= compound.length;) {
    const first = compound[at] ?? 0;
    const end = at + 4 + compound.readUInt16BE(at + 2) * 4;
    if (first >> 6 !== 2 || end > compound.length) break;
    packets.push({
      type: compound[at + 1] ?? 0,
      format: first & 0x1f,
      bytes: compound.subarray(at, end),
    });
    at = end;
  }
  return packets;
}
