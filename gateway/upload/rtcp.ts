/** RTCP as a sender speaks and hears it (RFC 3550 §6.4, RFC 4585 §6.2, RFC 5104 §4.3.1, draft-alvestrand-rmcat-remb). */
import { rtcpPackets, rtcpType, type RtcpPacket } from '../rtp/compound.ts';
import { writeNtp } from './rtp.ts';

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

export const feedbackFormat = { nack: 1, transportWide: 15, pli: 1, fir: 4, application: 15 };

/** The streams for which a compound RTCP packet asks for a key frame, by PLI or FIR. */
export function keyFrameRequests(compound: Buffer): number[] {
  const ssrcs: number[] = [];
  for (const { type, format, bytes } of rtcpPackets(compound)) {
    if (type !== rtcpType.payloadFeedback || bytes.length < 12) continue;
    if (format === feedbackFormat.pli) ssrcs.push(bytes.readUInt32BE(8));
    if (format !== feedbackFormat.fir) continue;
    for (let entry = 12; entry + 8 <= bytes.length; entry += 8) {
      ssrcs.push(bytes.readUInt32BE(entry));
    }
  }
  return ssrcs;
}

/** Packets of one stream that are asked for again. */
export interface Missing {
  readonly ssrc: number;
  readonly sequences: number[];
}

/** @returns undefined when it asks for none */
export function missingPackets({ type, format, bytes }: RtcpPacket): Missing | undefined {
  const asks = type === rtcpType.transportFeedback && format === feedbackFormat.nack;
  if (!asks || bytes.length < 16) return undefined;
  const sequences: number[] = [];
  for (let at = 12; at + 4 <= bytes.length; at += 4) {
    const first = bytes.readUInt16BE(at);
    const following = bytes.readUInt16BE(at + 2);
    sequences.push(first);
    for (let bit = 0; bit < 16; bit += 1) {
      if ((following >> bit) & 1) sequences.push((first + 1 + bit) & 0xffff);
    }
  }
  return { ssrc: bytes.readUInt32BE(8), sequences };
}

/** The most that may be sent (REMB), bit/s; undefined when it does not say that. */
export function mostBitRate({ type, format, bytes }: RtcpPacket): number | undefined {
  const tells = type === rtcpType.payloadFeedback && format === feedbackFormat.application;
  if (!tells || bytes.length < 20 || bytes.toString('latin1', 12, 16) !== 'REMB') return undefined;
  const exponent = (bytes[17] ?? 0) >> 2;
  const mantissa = (((bytes[17] ?? 0) & 3) << 16) | bytes.readUInt16BE(18);
  return mantissa * 2 ** exponent;
}
