/** RTP packets as they are sent (RFC 3550 §5.1, RFC 8285), and the time of day as NTP writes it. */

/** Seconds from 1900, where NTP begins, to 1970. */
export const ntpEpoch = 2_208_988_800;

/** Writes a time as NTP's 64-bit fixed point number. @param time ms since the epoch */
export function writeNtp(packet: Buffer, at: number, time: number): void {
  const seconds = Math.floor(time / 1000);
  packet.writeUInt32BE(seconds + ntpEpoch, at);
  packet.writeUInt32BE(Math.floor((time / 1000 - seconds) * 2 ** 32), at + 4);
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
export function writeHeader(packet: Buffer, header: RtpHeader): void {
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

/** What encryption, UDP and IP put around a packet, bytes. */
const around = 44;

/** What a packet takes of the way. */
export function bytesOnWay({ length }: Buffer): number {
  return length + around;
}
