/** The encodings for any capture size and codec stay within what browsers accept. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  encodedSizes,
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

test('no layer is smaller than 240×135, which Chromium would leave out', () => {
  expect(spatialLayerCount(capture(800, 600))).toBe(2);
  expect(spatialLayerCount(capture(600, 800))).toBe(2);
  expect(spatialLayerCount(capture(540, 540))).toBe(2);
  expect(spatialLayerCount(capture(960, 540))).toBe(3);
});

test.each<[number, number, VideoCodec, string[]]>([
  [1283, 721, 'vp8', ['320×180', '640×360', '1280×720']],
  [721, 1283, 'h264', ['180×320', '360×640', '720×1280']],
  [1366, 768, 'vp9', ['341×192', '682×384', '1364×768']],
  [853, 481, 'vp8', ['426×240', '852×480']],
  [271, 153, 'vp8', ['271×153']],
  [1366, 769, 'av1', ['1366×769']],
])('of %i×%i, %s makes what divides into its layers', (width, height, codec, sizes) => {
  const size = capture(width, height);
  const made = encodedSizes(size, encodingsFor(size, codec));
  expect(made.map((one) => `${one.width}×${one.height}`)).toEqual(sizes);
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
