/** What the server tells of the packets that came to it (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1). */
import { rtcpType, type RtcpPacket } from '../rtp/compound.ts';
import { feedbackFormat } from './rtcp.ts';

const tick = 0.25; // ms
const referenceTick = 64; // ms
/** The kinds of a packet's status. */
const arrived = { soon: 1, late: 2 };
/** Of the numbers in one report; no server tells of more. */
const mostTold = 4096;

export interface Arrival {
  readonly number: number;
  /** ms, by the server's clock; undefined for one that did not come */
  readonly at: number | undefined;
}

/** @returns undefined when it is none, or makes no sense */
export function transportArrivals({ type, format, bytes }: RtcpPacket): Arrival[] | undefined {
  const isOne = type === rtcpType.transportFeedback && format === feedbackFormat.transportWide;
  if (!isOne || bytes.length < 20) return undefined;
  const first = bytes.readUInt16BE(12);
  const count = bytes.readUInt16BE(14);
  if (count > mostTold) return undefined;
  const statuses: number[] = [];
  let at = 20;
  for (; statuses.length < count; at += 2) {
    if (at + 2 > bytes.length) return undefined;
    pushStatuses(statuses, bytes.readUInt16BE(at), count);
  }
  let time = bytes.readIntBE(16, 3) * referenceTick;
  const told: Arrival[] = [];
  for (const [index, status] of statuses.entries()) {
    const number = (first + index) & 0xffff;
    const length = status === arrived.soon ? 1 : status === arrived.late ? 2 : 0;
    if (at + length > bytes.length) return undefined;
    if (length > 0) time += (length === 1 ? bytes.readUInt8(at) : bytes.readInt16BE(at)) * tick;
    at += length;
    told.push({ number, at: length > 0 ? time : undefined });
  }
  return told;
}

/** A chunk says it of a run of packets at once, or of each (§3.1.3, §3.1.4). */
function pushStatuses(statuses: number[], chunk: number, most: number): void {
  if ((chunk & 0x8000) === 0) {
    const run = Math.min(chunk & 0x1fff, most - statuses.length);
    for (let index = 0; index < run; index += 1) statuses.push((chunk >> 13) & 3);
    if (run === 0) statuses.length = most; // A run of none would never end.
    return;
  }
  const [bits, each] = chunk & 0x4000 ? [2, 7] : [1, 14];
  for (let index = 1; index <= each && statuses.length < most; index += 1) {
    statuses.push((chunk >> (14 - index * bits)) & (bits === 2 ? 3 : 1));
  }
}
