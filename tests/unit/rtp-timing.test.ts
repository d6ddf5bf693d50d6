/** Packets in their order, and pictures on one line of time, whatever a camera's clock and the network do. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RtpPacket } from '../../gateway/rtp/packet.ts';
import { ReorderBuffer } from '../../gateway/rtp/reorder.ts';
import { Reception } from '../../gateway/rtp/rtcp.ts';
import { Timeline } from '../../gateway/rtp/timeline.ts';
import { stallOf } from '../../gateway/rtsp/stall.ts';

const packet = (sequence: number, cameAt = sequence, more: Partial<RtpPacket> = {}): RtpPacket => ({
  ...{ marker: false, payloadType: 96, timestamp: 0, ssrc: 1, payload: Buffer.alloc(1) },
  ...{ sequence: sequence & 0xffff, cameAt, ...more },
});

function ordered(packets: readonly RtpPacket[]): string[] {
  const seen: string[] = [];
  const buffer = new ReorderBuffer({
    packet: ({ sequence }) => seen.push(`${sequence}`),
    lost: (count) => seen.push(`lost ${count ?? '?'}`),
  });
  for (const one of packets) buffer.push(one);
  return seen;
}

test('packets that come a little late, or twice, are put right', () => {
  const places = fc.array(fc.nat(5), { minLength: 200, maxLength: 200 });
  fc.assert(
    fc.property(places, fc.nat(65_535), (late, first) => {
      const sent = late.map((by, index) => ({ index, place: index + (index === 0 ? 0 : by) }));
      const come = sent
        .sort((one, other) => one.place - other.place)
        .flatMap(({ index }) => [index, index]);
      const seen = ordered(come.map((index, place) => packet(first + index, place / 100)));
      expect(seen).toEqual(late.map((_, index) => `${(first + index) & 0xffff}`));
    }),
    { numRuns: 30 },
  );
});

test('what is missing is given up soon, and said', () => {
  expect(ordered([packet(1, 0), packet(3, 1), packet(4, 50)])).toEqual(['1', 'lost 1', '3', '4']);
  const many = Array.from({ length: 130 }, (_, index) => packet(10 + index, 0));
  expect(ordered([packet(1, 0), ...many]).slice(0, 3)).toEqual(['1', 'lost 8', '10']);
  expect(ordered([packet(1), packet(2), packet(9000), packet(9001)])).toEqual([
    '1',
    '2',
    'lost ?',
    '9000',
    '9001',
  ]);
  expect(ordered([packet(1), packet(2, 2, { ssrc: 2 }), packet(3, 3, { ssrc: 2 })])).toEqual([
    '1',
    'lost ?',
    '2',
    '3',
  ]);
});

/** Pictures each 40 ms for so many hours, by a clock that is off, and a network that holds up. */
function drift(parts: number, hours: number): { ahead: number; behind: number; falls: number } {
  const timeline = new Timeline();
  let [ahead, behind, falls, last] = [0, 0, 0, -Infinity];
  for (let index = 0; index < (hours * 3_600_000) / 40; index += 1) {
    const at = 1000 + index * 40;
    const jitter = (index * 7919) % 30;
    const raw = (123_456 + Math.round(index * 3600 * (1 + parts / 1e6))) >>> 0;
    const placed = timeline.place(raw, at + jitter, 90_000);
    ahead = Math.max(ahead, placed / 90 - at - jitter);
    behind = Math.max(behind, at + jitter - placed / 90);
    if (placed <= last) falls += 1;
    last = placed;
  }
  return { ahead, behind, falls };
}

test.each([0, 200, -200])(
  'a clock that is off by %i millionths: no drift, no growing delay, over wraps',
  (parts) => {
    const { ahead, behind, falls } = drift(parts, 14);
    expect(falls).toBe(0);
    expect(ahead).toBeLessThan(40);
    expect(behind).toBeLessThan(40);
  },
);

test('a clock that is set, stands, or begins anew: the line goes on as pictures come', () => {
  const jump = fc.record({
    length: fc.integer({ min: 5, max: 60 }),
    by: fc.nat(2 ** 32 - 1),
    pause: fc.nat(20_000),
  });
  fc.assert(
    fc.property(fc.array(jump, { maxLength: 8 }), fc.boolean(), (jumps, isAnew) => {
      const timeline = new Timeline();
      let [at, raw, last] = [5000, 77, -Infinity];
      for (const { length, by, pause } of jumps) {
        for (let index = 0; index < length; index += 1) {
          const placed = timeline.place(raw, at, 90_000);
          expect(placed).toBeGreaterThanOrEqual(last);
          last = placed;
          at += 40;
          raw = (raw + 3600) >>> 0;
        }
        if (isAnew) timeline.beginAnew();
        raw = (raw + by) >>> 0;
        at += pause;
      }
      // However it began, it is where the time is a little later: without what was held up.
      for (let index = 0; index < 500; index += 1) {
        last = timeline.place(raw, at, 90_000);
        at += 40;
        raw = (raw + 3600) >>> 0;
      }
      expect(Math.abs(last / 90 - (at - 40))).toBeLessThan(600);
    }),
    { numRuns: 100 },
  );
});

test('pictures that are shown in another order keep it', () => {
  const timeline = new Timeline();
  const shown = [0, 2, 1, 4, 3].map((place, index) =>
    timeline.place(place * 3600, 1000 + index * 40, 90_000),
  );
  expect(shown.map((time) => (time - (shown[0] ?? 0)) / 3600)).toEqual([0, 2, 1, 4, 3]);
});

test('reports tell the camera what was lost, and when its own report came', () => {
  const reception = new Reception(90_000);
  for (const sequence of [65_534, 65_535, 0, 2, 3])
    reception.packet(packet(sequence, sequence, { ssrc: 9 }));
  const sender = Buffer.alloc(28);
  sender.set([0x80, 200, 0, 6]);
  sender.writeUInt32BE(9, 4);
  sender.writeUInt32BE(0x11112222, 8);
  sender.writeUInt32BE(0x33334444, 12);
  reception.read(sender, 1000, { goodbye: () => {} });
  const report = reception.report(1500);
  expect(report.readUInt32BE(8)).toBe(9);
  expect(report[12]).toBe(Math.floor(256 / 6));
  expect(report.readIntBE(13, 3)).toBe(1);
  expect(report.readUInt32BE(16)).toBe(65_536 + 3);
  expect(report.readUInt32BE(24)).toBe(0x22223333);
  expect(report.readUInt32BE(28)).toBe(32_768);
  expect(report[33]).toBe(202);
});

test('a stream is stalled by its whole pictures, not by its bytes', () => {
  const seen = {
    packets: 999,
    lastWhole: 9000,
    lastPicture: 9000,
    interval: 40,
    keyInterval: 1000,
  };
  expect(stallOf(seen, 0, 10_900, undefined)).toBeUndefined();
  expect(stallOf(seen, 0, 11_100, undefined)?.message).toBe('no whole pictures come any more');
  expect(stallOf({ ...seen, interval: 5000 }, 0, 11_100, undefined)?.message).toBe(
    'no whole key picture comes',
  );
  const slow = { ...seen, interval: 5000, keyInterval: 20_000 };
  expect(stallOf(slow, 0, 23_900, undefined)).toBeUndefined();
  expect(stallOf(slow, 0, 24_100, undefined)?.code).toBe('stalled');
  const fresh = {
    packets: 0,
    lastWhole: undefined,
    lastPicture: undefined,
    interval: undefined,
    keyInterval: undefined,
  };
  expect(stallOf(fresh, 0, 3900, undefined)).toBeUndefined();
  expect(stallOf(fresh, 0, 4100, undefined)?.message).toBe('it sends nothing');
  expect(stallOf(fresh, 0, 4100, 6000)?.message).toMatch(/port 6000/);
  expect(stallOf({ ...fresh, packets: 5 }, 0, 4100, 6000)?.message).toMatch(/no whole picture/);
});
