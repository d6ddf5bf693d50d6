import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LayerStream } from '../../gateway/upload/layer-stream.ts';
import { packetise } from '../../gateway/upload/packetiser.ts';
import { headerLength } from '../../gateway/upload/rtp.ts';
import { Pictures, unitsOf } from '../support/gateway/depacketise.ts';
import { parseRtp } from '../support/peers/rtp.ts';

/** NAL units of any type that a stream holds, and of any length. */
const unit = fc
  .tuple(
    fc.integer({ min: 1, max: 23 }),
    fc.constantFrom(0, 0x20, 0x60),
    fc.uint8Array({ maxLength: 5000 }),
  )
  .map(([type, importance, rest]) => Buffer.from([importance | type, ...rest]));

function payloadsOf(units: Buffer[], most: number): { payload: Buffer; isLast: boolean }[] {
  const made: { payload: Buffer; isLast: boolean }[] = [];
  packetise(units, most, (length, isLast) => {
    const packet = Buffer.alloc(length);
    made.push({ payload: packet, isLast });
    return { packet, at: 0 };
  });
  return made;
}

describe('The packetiser of H.264', () => {
  it('gives payloads of which the same units are made again, none too long, the last one marked', () => {
    fc.assert(
      fc.property(
        fc.array(unit, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 50, max: 1400 }),
        (units, most) => {
          const made = payloadsOf(units, most);
          expect(unitsOf(made.map(({ payload }) => payload))).toEqual(units);
          expect(Math.max(...made.map(({ payload }) => payload.length))).toBeLessThanOrEqual(most);
          expect(made.map(({ isLast }) => isLast)).toEqual(
            made.map((_, index) => index === made.length - 1),
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  it('puts parameter sets into one packet, and no slice with them', () => {
    const units = [7, 8, 6, 5].map((type) => Buffer.from([0x60 | type, 1, 2, 3]));
    const types = payloadsOf(units, 1000).map(({ payload }) => (payload[0] ?? 0) & 0x1f);
    expect(types).toEqual([24, 5]);
  });

  it('leaves empty units out', () => {
    expect(payloadsOf([Buffer.alloc(0)], 1000)).toEqual([]);
  });
});

describe('The stream of a layer', () => {
  const picture = (timestamp: number, length = 3000) => ({
    units: [Buffer.from([0x67, 1]), Buffer.from([0x68, 2]), Buffer.alloc(length, 0x65)],
    isKey: true,
    timestamp,
    cameAt: timestamp / 90,
  });

  it('keeps to the MTU with all that is put around it, also when it is sent again', () => {
    const stream = new LayerStream(1200);
    const outgoing = stream.packetsOf(picture(0, 50_000));
    for (const one of outgoing) stream.wentOut(one, 0);
    const again = outgoing.map(({ sequence }) => stream.again(sequence, 100, 0)?.length ?? 0);
    const longest = Math.max(...again, ...outgoing.map(({ packet }) => packet.length));
    expect(longest).toBeGreaterThan(1100);
    expect(longest + 16).toBeLessThanOrEqual(1200);
  });

  it('counts on over pictures, with a marker at the end of each, and steps of its time stamps as the camera has them', () => {
    const stream = new LayerStream(1200);
    const pictures = new Pictures();
    const stamps = [2 ** 32 - 3600, 2 ** 32, 2 ** 32 + 3600];
    for (const stamp of stamps)
      for (const { packet } of stream.packetsOf(picture(stamp))) pictures.take(packet);
    expect(pictures.torn).toBe(0);
    const came = pictures.whole.map(({ timestamp }) => timestamp);
    expect(came.slice(1).map((stamp, index) => (stamp - came[index]!) >>> 0)).toEqual([3600, 3600]);
  });

  it('sends again what was asked for in a stream of its own, which holds the former number', () => {
    const stream = new LayerStream(1200);
    const [first] = stream.packetsOf(picture(0));
    stream.wentOut(first!, 0);
    const again = stream.again(first!.sequence, 50, 0)!;
    const header = parseRtp(again)!;
    expect(header.ssrc).toBe(stream.repairSsrc);
    expect(again.readUInt16BE(headerLength)).toBe(first!.sequence);
    expect(again.subarray(headerLength + 2)).toEqual(first!.packet.subarray(headerLength));
  });
});
