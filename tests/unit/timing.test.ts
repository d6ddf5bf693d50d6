/** How old a picture is, from the statistics of both ends. */
import { expect, test } from 'vitest';
import { latencyOf, totalOf } from '../../server/contract/latency.ts';
import type { Row } from '../../web/lib/figures/reduce.ts';
import { timingOf } from '../../web/lib/figures/timing.ts';

const row = (id: string, type: string, fields: Record<string, number>): Row => ({
  ...{ id, type, kind: 'video', timestamp: 0 },
  ...fields,
});
const sent = (id: string, frames: number, encoding: number, packets: number, waiting: number) =>
  row(id, 'outbound-rtp', {
    framesEncoded: frames,
    totalEncodeTime: encoding,
    packetsSent: packets,
    totalPacketSendDelay: waiting,
  });
const received = (frames: number, buffered: number, decoding: number) =>
  row('in', 'inbound-rtp', {
    jitterBufferEmittedCount: frames,
    jitterBufferDelay: buffered,
    framesDecoded: frames,
    totalDecodeTime: decoding,
  });

test('a camera’s part is the mean of what came since, of the slowest layer', () => {
  const before = timingOf(
    [sent('low', 30, 1, 30, 1), sent('top', 30, 9, 90, 9)],
    4,
    undefined,
    undefined,
  );
  expect(before.timing).toEqual({});
  const now = [sent('low', 60, 1.06, 60, 1.03), sent('top', 60, 9.24, 180, 9.45)];
  const { camera, viewer } = timingOf(now, 4, undefined, before.reading).timing;
  expect(viewer).toBeUndefined();
  expect(camera?.encode).toBeCloseTo(8); // 0.24 s for 30 frames
  expect(camera?.pacing).toBeCloseTo(5); // 0.45 s for 90 packets
  expect(camera?.roundTrip).toBe(4);
});

test('a viewer’s part is the mean of what came since', () => {
  const { reading } = timingOf([received(100, 50, 10)], 20, undefined, undefined);
  const { viewer } = timingOf([received(130, 50.6, 10.09)], 20, 36, reading).timing;
  expect(viewer?.jitterBuffer).toBeCloseTo(20);
  expect(viewer?.decode).toBeCloseTo(3);
  expect(viewer?.display).toBeCloseTo(13); // 36 ms after it came it is on the screen
});

test('nothing is told of a time in which no frame came, or while the round trip is not known', () => {
  const { reading } = timingOf([received(100, 50, 10)], 20, undefined, undefined);
  expect(timingOf([received(100, 50, 10)], 20, undefined, reading).timing).toEqual({});
  expect(timingOf([received(130, 51, 11)], undefined, undefined, reading).timing).toEqual({});
});

test('a picture’s age is the sum of its way, and unknown while a part of it is', () => {
  const viewer = { roundTrip: 200, jitterBuffer: 30, decode: 3, display: 12 };
  const camera = { encode: 8, pacing: 5, roundTrip: 4 };
  const latency = latencyOf({ camera, server: 1 }, viewer);
  expect(latency && totalOf(latency)).toBe(8 + 5 + 2 + 1 + 100 + 30 + 3 + 12);
  expect(latencyOf({ camera: null, server: 1 }, viewer)).toBeUndefined();
  expect(latencyOf({ camera, server: null }, viewer)).toBeUndefined();
});
