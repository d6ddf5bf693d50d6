/** RTP and RTCP packets, as far as the light peers need them (RFC 3550, 4585, 5104, 8285). */

/** Seconds from 1900, where NTP begins, to 1970. */
const ntpEpoch = 2_208_988_800;

/** Time since the epoch in ms, finer than `Date.now()`, and the same in every process. */
export function wallClock(): number {
  return performance.timeOrigin + performance.now();
}

/** Writes a time as NTP's 64-bit fixed point number. @param time ms since the epoch */
export function writeNtp(packet: Buffer, at: number, time: number): void {
  const seconds = Math.floor(time / 1000);
  packet.writeUInt32BE(seconds + ntpEpoch, at);
  packet.writeUInt32BE(Math.floor((time / 1000 - seconds) * 2 ** 32), at + 4);
}

/** @returns ms since the epoch */
export function readNtp(packet: Buffer, at: number): number {
  const seconds = packet.readUInt32BE(at) - ntpEpoch;
  return seconds * 1000 + (packet.readUInt32BE(at + 4) / 2 ** 32) * 1000;
}

/** RFC 5761 §4: with RTP and RTCP on one port, these second bytes are RTCP. */
export function isRtcp(packet: Buffer): boolean {
  const type = packet[1] ?? 0;
  return type >= 192 && type <= 223;
}

export interface RtpHeader {
  readonly marker: boolean;
  readonly payloadType: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  /** Where the payload begins. */
  readonly payloadAt: number;
}

export function parseRtp(packet: Buffer): RtpHeader | undefined {
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

/** What a sender has sent of one stream, for its reports. */
export interface Sent {
  readonly ssrc: number;
  packets: number;
  /** Payload only. */
  bytes: number;
}

/** @param time ms since the epoch, to which the RTP timestamp belongs */
export function senderReport(sent: Sent, time: number, timestamp: number): Buffer {
  const report = Buffer.alloc(28);
  report.writeUInt32BE(0x80c80006, 0);
  report.writeUInt32BE(sent.ssrc, 4);
  writeNtp(report, 8, time);
  report.writeUInt32BE(timestamp >>> 0, 16);
  report.writeUInt32BE(sent.packets >>> 0, 20);
  report.writeUInt32BE(sent.bytes >>> 0, 24);
  return report;
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

/** The streams for which a compound RTCP packet asks for a key frame, by PLI or FIR (RFC 5104 §4.3.1). */
export function keyFrameRequests(packet: Buffer): number[] {
  const ssrcs: number[] = [];
  for (let at = 0; at + 12 <= packet.length;) {
    const format = (packet[at] ?? 0) & 0x1f;
    const length = 4 + packet.readUInt16BE(at + 2) * 4;
    if (packet[at + 1] === 206 && format === 1) ssrcs.push(packet.readUInt32BE(at + 8));
    if (packet[at + 1] === 206 && format === 4) {
      for (let entry = at + 12; entry + 8 <= Math.min(packet.length, at + length); entry += 8) {
        ssrcs.push(packet.readUInt32BE(entry));
      }
    }
    at += length;
  }
  return ssrcs;
}
