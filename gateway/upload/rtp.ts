/** RTP packets (RFC 3550 §5.1), their header extensions (RFC 8285), and the time of day as NTP writes it. */

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

/** By which the server tells when each packet came (draft-holmer-rmcat-transport-wide-cc-extensions-01). */
export const transportNumber = {
  uri: 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  id: 5,
};
const numberAt = 17;
/** Of what `writeHeader` writes, bytes. */
export const headerLength = 20;

/** A header with room for the number that a packet has on its transport. */
export function writeHeader(packet: Buffer, header: Omit<RtpHeader, 'payloadAt'>): void {
  packet[0] = 0x90;
  packet[1] = (header.marker ? 0x80 : 0) | header.payloadType;
  packet.writeUInt16BE(header.sequence, 2);
  packet.writeUInt32BE(header.timestamp, 4);
  packet.writeUInt32BE(header.ssrc, 8);
  packet.writeUInt32BE(0xbede0001, 12);
  packet[16] = (transportNumber.id << 4) | 1;
  packet.writeUInt16BE(0, numberAt);
  packet[19] = 0;
}

/** Each time that a packet is sent it has another number. */
export function writeTransportNumber(packet: Buffer, number: number): void {
  packet.writeUInt16BE(number, numberAt);
}
