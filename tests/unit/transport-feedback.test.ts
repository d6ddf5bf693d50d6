import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rtcpPackets } from '../../gateway/rtp/compound.ts';
import { missingPackets, mostBitRate } from '../../gateway/upload/rtcp.ts';
import { transportArrivals } from '../../gateway/upload/transport-feedback.ts';
import { LeastDelay } from '../../gateway/upload/least-delay.ts';
import { TransportLog } from '../../gateway/upload/transport-log.ts';
import { transportFeedback } from '../support/peers/transport-feedback.ts';

const arrivalsIn = (bytes: Buffer) => rtcpPackets(bytes).map(transportArrivals)[0];

/** A report as libwebrtc and mediasoup also write them: runs, and vectors of one bit. */
function report(count: number, chunks: number[], deltas: number[]): Buffer {
  const body = Buffer.alloc(4 * Math.ceil((20 + 2 * chunks.length + deltas.length) / 4));
  body.writeUInt32BE((0x8fcd0000 | (body.length / 4 - 1)) >>> 0, 0);
  body.writeUInt16BE(100, 12);
  body.writeUInt16BE(count, 14);
  body.writeUIntBE(10, 16, 3);
  let at = 20;
  for (const chunk of chunks) at = body.writeUInt16BE(chunk, at);
  for (const delta of deltas) at = body.writeUInt8(delta, at);
  return body;
}

describe('Feedback on the packets of a transport', () => {
  it('is read as it was written', () => {
    const told = fc.array(fc.option(fc.integer({ min: 0, max: 3000 }), { nil: undefined }), {
      minLength: 1,
      maxLength: 100,
    });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff }), told, (first, steps) => {
        let time = 64_000;
        const sent = steps.map((step, index) => ({
          number: (first + index) & 0xffff,
          at: step === undefined ? undefined : (time += step / 4),
        }));
        expect(arrivalsIn(transportFeedback(sent, 0))).toEqual(sent);
      }),
    );
  });

  it('is read in its shorter forms too', () => {
    const run = report(3, [0x2003], [4, 8, 0]);
    expect(arrivalsIn(run)?.map(({ at }) => at)).toEqual([641, 643, 643]);
    const vector = report(3, [0x8000 | (0b101 << 11)], [4, 4]);
    expect(arrivalsIn(vector)?.map(({ at }) => at)).toEqual([641, undefined, 642]);
  });

  it('of any bytes takes nothing down, and never tells of more than there can be', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const packet = Buffer.concat([Buffer.from([0x8f, 205, 0, 49]), Buffer.alloc(196)]);
        packet.set(bytes.slice(0, 190), 8);
        expect(arrivalsIn(packet)?.length ?? 0).toBeLessThanOrEqual(4096);
        for (const one of rtcpPackets(Buffer.from(bytes))) {
          missingPackets(one);
          mostBitRate(one);
          transportArrivals(one);
        }
      }),
    );
  });

  it('shows what each packet waited beyond the fastest, and tells of each once', () => {
    const log = new TransportLog();
    for (let number = 0; number < 4; number += 1) log.sent(100, 1000 + number * 10);
    const told = [5000, 5010, 5050, undefined].map((at, number) => ({ number, at }));
    const least = new LeastDelay();
    const fates = log.fatesOf(told);
    const waited = fates.map(({ took }) => took && least.waited(took, 2000));
    expect(waited).toEqual([0, 0, 30, undefined]);
    expect(log.fatesOf(told)).toEqual([]);
  });
});

describe('What the server asks of a sender', () => {
  it('are the packets that are missing, and those after them', () => {
    const nack = Buffer.alloc(16);
    nack.writeUInt32BE(0x81cd0003, 0);
    nack.writeUInt32BE(77, 8);
    nack.writeUInt16BE(0xffff, 12);
    nack.writeUInt16BE(0b101, 14);
    expect(rtcpPackets(nack).map(missingPackets)).toEqual([
      { ssrc: 77, sequences: [0xffff, 0, 2] },
    ]);
  });

  it('is to send no more than it says', () => {
    const remb = Buffer.alloc(20);
    remb.writeUInt32BE(0x8fce0004, 0);
    remb.write('REMB', 12, 'latin1');
    remb.writeUIntBE((3 << 18) | 1000, 17, 3);
    expect(rtcpPackets(remb).map(mostBitRate)).toEqual([8000]);
  });
});
