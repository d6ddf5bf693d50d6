/** The encodings for any capture size and codec stay within what browsers accept. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  encodingsFor,
  spatialLayerCount,
  within,
  type VideoCodec,
} from '../../server/contract/layers.ts';

const capture = (width: number, height: number) => ({ width, height, frameRate: 30 });

test('layers follow the capture size', () => {
  expect(spatialLayerCount(capture(1920, 1080))).toBe(3);
  expect(spatialLayerCount(capture(1280, 720))).toBe(3);
  expect(spatialLayerCount(capture(640, 360))).toBe(2);
  expect(spatialLayerCount(capture(320, 180))).toBe(1);
  expect(spatialLayerCount(capture(720, 1280))).toBe(3);
});

test('simulcast halves the size from layer to layer, smallest first', () => {
  const scales = encodingsFor(capture(1280, 720), 'vp8').map((e) => e.scaleResolutionDownBy);
  expect(scales).toEqual([4, 2, 1]);
});

test('SVC codecs send one encoding', () => {
  expect(encodingsFor(capture(1280, 720), 'vp9')).toMatchObject([{ scalabilityMode: 'L3T3_KEY' }]);
  expect(encodingsFor(capture(1280, 720), 'av1')).toHaveLength(1);
});

test('every capture gives one to three encodings with rising, bounded bit rates', () => {
  const codec = fc.constantFrom<VideoCodec>('vp8', 'h264', 'vp9', 'av1');
  const side = fc.integer({ min: 16, max: 4096 });
  fc.assert(
    fc.property(
      side,
      side,
      fc.integer({ min: 1, max: 60 }),
      codec,
      (width, height, frameRate, c) => {
        const rates = encodingsFor({ width, height, frameRate }, c).map((e) => e.maxBitrate);
        expect(rates.length).toBeGreaterThanOrEqual(1);
        expect(rates.length).toBeLessThanOrEqual(3);
        expect(rates).toEqual([...rates].sort((a, b) => a - b));
        expect(Math.min(...rates)).toBeGreaterThanOrEqual(80_000);
        expect(Math.max(...rates)).toBeLessThanOrEqual(6_000_000);
      },
    ),
  );
});

test('a camera of few frames a second sends no temporal layers, which would leave a picture in 4 s', () => {
  const slow = { width: 1280, height: 720, frameRate: 1 };
  const modes = (capture: typeof slow, codec: 'vp8' | 'vp9') =>
    new Set(encodingsFor(capture, codec).map(({ scalabilityMode }) => scalabilityMode));
  expect(modes(slow, 'vp8')).toEqual(new Set(['L1T1']));
  expect(modes(slow, 'vp9')).toEqual(new Set(['L3T1_KEY']));
  expect(modes({ ...slow, frameRate: 10 }, 'vp8')).toEqual(new Set(['L1T3']));
});

test('all layers together keep within what a camera may send, and those that do stay as they are', () => {
  const encodings = encodingsFor(capture(1280, 720), 'vp8');
  expect(within(encodings, 8_000_000)).toEqual(encodings);
  const less = within(encodings, 1_000_000);
  const sum = less.reduce((all, { maxBitrate }) => all + maxBitrate, 0);
  expect(sum).toBeLessThanOrEqual(900_000);
  expect(sum).toBeGreaterThan(890_000);
  expect(less.map(({ rid }) => rid)).toEqual(encodings.map(({ rid }) => rid));
});
