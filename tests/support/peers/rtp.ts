/** RTP and RTCP packets as light peers read them, and those that only they send: with the time of capture, and as receivers. */
import { ntpEpoch, writeNtp, type RtpHeader } from '../../../gateway/upload/rtp.ts';

export interface ReceivedHeader extends RtpHeader {
  /** Where the payload begins. */
  readonly payloadAt: number;
}

/** Time since the epoch in ms, finer than `Date.now()`, and the same in every process. */
export function wallClock(): number {
  return performance.timeOrigin + performance.now();
}

/** @returns ms since the epoch */
export function readNtp(packet: Buffer, at: number): number {
  const seconds = packet.readUInt32BE(at) - ntpEpoch;
  return seconds * 1000 + (packet.readUInt32BE(at + 4) / 2 ** 32) * 1000;
}

export function parseRtp(packet: Buffer): ReceivedHeader | undefined {
  if (packet.length < 12 || (packet[0] ?? 0) >> 6 !== 2) return undefined;
  let payloadAt = 12 + ((packet[0] ?? 0) & 0x0f) * 4;
  if ((packet[0] ?? 0) & 0x10) {
    if (packet.length < payloadAt + 4) return undefined;
    payloadAt += 4 + packet.readUInt16BE(payloadAt + 2) * 4;
  }
  if (packet.length < payloadAt) return undefined;
  return {
    marker: ((packet[1] ?? 0) & 0x80) !== 0,
    payloadType: (packet[1] ?? 0) & 0x7f,
    sequence: packet.readUInt16BE(2),
    timestamp: packet.readUInt32BE(4),
    ssrc: packet.readUInt32BE(8),
    payloadAt,
  };
}

/** Where the data of a one-byte header extension begins (RFC 8285 §4.2), if the packet has it. */
export function findExtension(packet: Buffer, id: number): number | undefined {
  if (((packet[0] ?? 0) & 0x10) === 0) return undefined;
  const begin = 12 + ((packet[0] ?? 0) & 0x0f) * 4;
  if (packet.readUInt16BE(begin) !== 0xbede) return undefined;
  const end = begin + 4 + packet.readUInt16BE(begin + 2) * 4;
  for (let at = begin + 4; at < end;) {
    const head = packet[at] ?? 0;
    if (head === 0) at += 1;
    else if (head >> 4 === id) return at + 1;
    else at += 2 + (head & 0x0f);
  }
  return undefined;
}

/** Length of what `writeRtp` writes before the payload, bytes. */
export const rtpHeaderLength = 12 + 4 + 12;

/** An RTP header with one extension of 8 bytes: the time of capture. */
export function writeRtp(
  packet: Buffer,
  header: RtpHeader,
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
