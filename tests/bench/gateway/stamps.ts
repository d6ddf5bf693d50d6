/** The time in a picture's own bytes, which no packetiser changes: a unit of the user's own (ITU-T H.264 §D.1.7). */
import { wallClock } from '../../support/peers/rtp.ts';

const supplement = 6;
const userData = 5;
const mark = Buffer.from('bench-gateway-01'); // 16 bytes that are nobody's
const digits = 16;

/** A unit that says what time it is. */
export function stampUnit(): Buffer {
  const time = wallClock().toFixed(2).padStart(digits, '0');
  return Buffer.concat([
    Buffer.from([supplement, userData, mark.length + digits]),
    mark,
    Buffer.from(time),
    Buffer.from([0x80]),
  ]);
}

/** @returns ms as of `wallClock()`; undefined where there is none */
export function readStamp(packet: Buffer): number | undefined {
  // It is among the first of a picture.
  const at = packet.subarray(0, 256).indexOf(mark);
  if (at < 0) return undefined;
  return Number(packet.toString('latin1', at + mark.length, at + mark.length + digits));
}
