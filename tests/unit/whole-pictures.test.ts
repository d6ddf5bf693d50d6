/** What loss has torn never passes as whole, however a camera cuts, marks and numbers its packets. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSps } from '../../gateway/h264/sps.ts';
import { openH264 } from '../../gateway/rtp/h264.ts';
import { Timeline } from '../../gateway/rtp/timeline.ts';
import { VideoReceiver } from '../../gateway/rtp/video-receiver.ts';
import type { Picture, StreamFacts } from '../../gateway/video/picture.ts';
import { aggregate, h264Payloads } from '../support/rtsp/packets.ts';

const sps = Buffer.from('6742c00dda05067e7c0440000003004000000ca3c50aa8', 'hex');
const pps = Buffer.from('68ce3c80', 'hex');

test.each([
  ['6742c00dda05067e7c0440000003004000000ca3c50aa8', 320, 180, 'Baseline', 0],
  ['674d401eda0280bfe5c044000003000400000300ca3c58ba80', 640, 360, 'Main', 0],
  ['674d401eeca05017fcb808800000030080000019078b16cb', 640, 360, 'Main', 2],
  ['67640028acb402201e3cbe0220000003002000000651e30654', 1080, 1920, 'High', 0],
] as const)('a sequence set of x264: %s', (hex, width, height, profile, reordered) => {
  const facts = parseSps(Buffer.from(hex, 'hex'));
  expect(facts).toMatchObject({ id: 0, width, height, profile, reordered, framesOnly: true });
});

/** A slice as far as it is read: first block 0 or 5, P or I, picture set 0; then bytes that are its own. */
function slice(isKey: boolean, isFirst: boolean, own: number, length: number): Buffer {
  const head = isFirst ? (isKey ? [0x88, 0x80] : [0x9a]) : isKey ? [0x30, 0x88] : [0x31, 0xa0];
  const unit = Buffer.alloc(length + 8, 0x55);
  unit.set([isKey ? 0x65 : 0x61, ...head]);
  unit.writeUInt32BE(own + 0x01010101, 4);
  return unit;
}

interface Way {
  slices: number;
  keyInterval: number;
  marks: 'last' | 'all' | 'none';
  sets: 'packets' | 'aggregate' | 'description';
  /** Lengths of slices, used in turn. */
  lengths: number[];
  most: number;
  lost: Set<number>;
}

const ways: fc.Arbitrary<Way> = fc.record({
  slices: fc.integer({ min: 1, max: 3 }),
  keyInterval: fc.integer({ min: 2, max: 8 }),
  marks: fc.constantFrom('last', 'all', 'none'),
  sets: fc.constantFrom('packets', 'aggregate', 'description'),
  lengths: fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 7 }),
  most: fc.integer({ min: 20, max: 300 }),
  lost: fc.array(fc.nat(400), { maxLength: 12 }).map((numbers) => new Set(numbers)),
});

const pictures = 60;

/** The slices of each picture, and what passes of them. */
function receive(way: Way): { sent: Buffer[][]; passed: Picture[]; facts: StreamFacts[] } {
  const [passed, facts]: [Picture[], StreamFacts[]] = [[], []];
  const parameters = new Map(
    way.sets === 'description'
      ? [['sprop-parameter-sets', `${sps.toString('base64')},${pps.toString('base64')}`]]
      : [],
  );
  const format = { encoding: 'H264', payloadType: 96, clockRate: 90_000, parameters };
  const receiver = new VideoReceiver(format, openH264, new Timeline(), {
    facts: (one) => facts.push(one),
    picture: (picture) => passed.push(picture),
    torn: () => {},
    goodbye: () => {},
    unusable: () => {},
  });
  const sent: Buffer[][] = [];
  let count = 0;
  for (let number = 0; number < pictures; number += 1) {
    const isKey = number % way.keyInterval === 0;
    const units = Array.from({ length: way.slices }, (_, index) =>
      slice(
        isKey,
        index === 0,
        number * 10 + index,
        way.lengths[(number + index) % way.lengths.length] ?? 0,
      ),
    );
    sent.push(units);
    const sets =
      !isKey || way.sets === 'description'
        ? []
        : way.sets === 'packets'
          ? [sps, pps]
          : [aggregate([sps, pps])];
    const payloads = [...sets, ...units.flatMap((unit) => h264Payloads(unit, way.most))];
    for (const [index, payload] of payloads.entries()) {
      const isMarked =
        way.marks === 'all' || (way.marks === 'last' && index === payloads.length - 1);
      const packet = Buffer.alloc(12);
      packet.set([0x80, (isMarked ? 0x80 : 0) | 96]);
      packet.writeUInt16BE((65_500 + count) & 0xffff, 2);
      packet.writeUInt32BE((2 ** 32 - 9000 + number * 3600) >>> 0, 4);
      if (!way.lost.has(count)) receiver.rtp(Buffer.concat([packet, payload]), number * 40);
      count += 1;
    }
  }
  return { sent, passed, facts };
}

const numberOf = (picture: Picture): number =>
  Math.floor(((picture.units.at(-1)?.readUInt32BE(4) ?? 0) - 0x01010101) / 10);

/** What is wrong with what passed, in words. */
function faults(way: Way): string[] {
  const { sent, passed } = receive(way);
  return passed.flatMap((picture, index) => {
    const number = numberOf(picture);
    const before = passed[index - 1];
    const sets = picture.isKey ? [sps, pps] : [];
    const whole = Buffer.concat([...sets, ...(sent[number] ?? [])]);
    return [
      ...(whole.equals(Buffer.concat(picture.units)) ? [] : [`${number} is not whole`]),
      ...(picture.isKey === (number % way.keyInterval === 0) ? [] : [`${number} is no key`]),
      ...(picture.isKey || (before && numberOf(before) === number - 1) ? [] : [`${number} needs`]),
      ...(before && picture.timestamp <= before.timestamp ? [`${number} goes back`] : []),
    ];
  });
}

test('each picture that passes is whole, and so is all that it needs', () => {
  fc.assert(
    fc.property(ways, (way) => {
      expect(faults(way)).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test('without loss each picture passes; the last may wait for the next', () => {
  fc.assert(
    fc.property(ways, (way) => {
      const { passed, facts } = receive({ ...way, lost: new Set() });
      expect(passed.length).toBeGreaterThanOrEqual(pictures - 1);
      expect(passed.map(numberOf)).toEqual(passed.map((_, index) => index));
      expect(facts[0]).toMatchObject({
        width: 320,
        height: 180,
        codec: 'H264',
        profile: 'Baseline',
        reorders: false,
      });
    }),
    { numRuns: 100 },
  );
});
