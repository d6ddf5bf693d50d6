/** RTP and RTCP packets that only light peers send: with the time of capture, and as receivers. */
import { writeNtp, type RtpHeader } from '../../../gateway/upload/rtp.ts';

/** Length of what `writeRtp` writes before the payload, bytes. */
export const rtpHeaderLength = 12 + 4 + 12;

/** An RTP header with one extension of 8 bytes: the time of capture. */
export function writeRtp(
  packet: Buffer,
  header: Omit<RtpHeader, 'payloadAt'>,
  captured: { extension: number; at: number },
): void {
  packet[0] = 0x90;
  packet[1] = (header.marker ? 0x80 : 0) | header.payloadType;
  packet.writeUInt16BE(header.sequence, 2);
  packet.writeUInt32BE(header.timestamp, 4);
  packet.writeUInt32BE(header.ssrc, 8);
  packet.writeUInt32BE(0xbede0003, 12);
  packet[16] = (captured.extension << 4) | 7;
  writeNtp(packet, 17, captured.at);
  packet.fill(0, 25, rtpHeaderLength);
}

export interface ReportBlock {
  readonly ssrc: number;
  /** 0 … 1, since the last report */
  readonly fractionLost: number;
  readonly lost: number;
  /** With its 16 bits of cycles. */
  readonly highestSequence: number;
}

export function receiverReport(blocks: ReportBlock[]): Buffer {
  const report = Buffer.alloc(8 + blocks.length * 24);
  report.writeUInt32BE((0x80c90000 | (blocks.length << 24) | (1 + blocks.length * 6)) >>> 0, 0);
  report.writeUInt32BE(1, 4);
  for (const [index, block] of blocks.entries()) {
    const at = 8 + index * 24;
    report.writeUInt32BE(block.ssrc, at);
    report.writeUInt8(Math.min(255, Math.floor(block.fractionLost * 256)), at + 4);
    report.writeUIntBE(Math.min(0x7fffff, Math.max(0, block.lost)), at + 5, 3);
    report.writeUInt32BE(block.highestSequence >>> 0, at + 8);
  }
  return report;
}

/** A request for a key frame (Picture Loss Indication, RFC 4585 §6.3.1). */
export function pictureLossIndication(ssrc: number): Buffer {
  const packet = Buffer.alloc(12);
  packet.writeUInt32BE(0x81ce0002, 0);
  packet.writeUInt32BE(1, 4);
  packet.writeUInt32BE(ssrc, 8);
  return packet;
}
