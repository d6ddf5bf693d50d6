/** The choice of layers for cameras of any sizes, whatever a wall asks for. */
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Demand } from '../../server/zones/demand.ts';
import { highestOf, isOnePicture, layerFor } from '../../server/zones/layer-choice.ts';
import { halvedSizes, StatedCapture } from '../../server/contract/layers.ts';

const stack = { count: 3, sizes: halvedSizes({ width: 1280, height: 720 }, 3) };
const tile = (width: number, height: number, visible = true) => ({
  zone: 'A-1',
  width,
  height,
  visible,
  focused: false,
});

test.each([
  [320, 180, 0],
  [321, 181, 0], // a pixel of rounding
  [340, 190, 1],
  [640, 360, 1],
  [641, 2000, 1], // as wide as it may be: the height is only a frame
  [960, 540, 2],
  [4000, 3000, 2],
  [0, 0, 0],
])('a tile of %d×%d gets layer %d of 1280×720', (width, height, layer) => {
  expect(layerFor(tile(width, height), stack)).toBe(layer);
});

test('a tile that is not seen gets nothing, and an unknown capture its top layer', () => {
  expect(layerFor(tile(640, 360, false), stack)).toBeNull();
  expect(layerFor(tile(10, 10), { count: 3, sizes: undefined })).toBe(2);
});

test('the layer covers the picture, and the one below it would not', () => {
  const side = fc.integer({ min: 0, max: 5000 });
  fc.assert(
    fc.property(side, side, (width, height) => {
      const layer = layerFor(tile(width, height), stack) ?? -1;
      const shown = Math.min(width / 1280, height / 720) * 1280; // px across
      const across = (n: number): number => 1280 / 2 ** (2 - n);
      if (layer < 2) expect(across(layer) * 1.011).toBeGreaterThanOrEqual(shown);
      if (layer > 0) expect(across(layer - 1)).toBeLessThan(shown);
    }),
  );
});

test('a main and a sub stream are chosen by the real size of each', () => {
  const [sub, main] = [
    { width: 640, height: 360 },
    { width: 1920, height: 1080 },
  ];
  const streams = { count: 2, sizes: [sub, main] };
  expect(layerFor(tile(640, 360), streams)).toBe(0);
  // Were the lower one taken for half of 1920×1080, this tile would get a picture of 640×360.
  expect(layerFor(tile(700, 394), streams)).toBe(1);
  expect(layerFor(tile(960, 540), streams)).toBe(1);
  expect(layerFor(tile(3840, 2160), streams)).toBe(1);
  // Each layer is fitted by its own shape.
  const square = { count: 2, sizes: [{ width: 480, height: 480 }, main] };
  expect(layerFor(tile(900, 480), square)).toBe(0);
  expect(layerFor(tile(900, 500), square)).toBe(1);
});

test('one layer may be wanted whatever it is shown on, as by a recorder', () => {
  expect(layerFor({ layer: 1 }, stack)).toBe(1);
  expect(layerFor({ layer: 7 }, stack)).toBe(2);
});

test('layers of another shape are another picture; rounding to blocks of the codec is not', () => {
  const size = (width: number, height: number) => ({ width, height });
  const isOne = (...sizes: { width: number; height: number }[]) =>
    isOnePicture({ count: sizes.length, sizes });
  expect(isOne(size(640, 360), size(1920, 1080))).toBe(true);
  expect(isOne(size(640, 368), size(1920, 1088))).toBe(true);
  expect(isOne(size(640, 480), size(1920, 1080))).toBe(false);
  expect(isOne(size(360, 640), size(1920, 1080))).toBe(false);
  expect(isOnePicture({ count: 2, sizes: undefined })).toBe(true);
});

test('layers are said from the smallest to the largest, and no more than can be sent', () => {
  const said = (...sizes: [number, number][]) =>
    StatedCapture.safeParse({
      ...{ width: 1920, height: 1080 },
      layers: sizes.map(([width, height]) => ({ width, height })),
    }).success;
  expect(said([640, 360], [1920, 1080])).toBe(true);
  expect(said([640, 360], [640, 360])).toBe(true);
  expect(said([1920, 1080], [640, 360])).toBe(false);
  expect(said([640, 480], [1920, 400])).toBe(false);
  expect(said()).toBe(false);
  expect(said([1, 1], [2, 2], [3, 3], [4, 4])).toBe(false);
});

test('the highest of what viewers get', () => {
  expect(highestOf([])).toBeNull();
  expect(highestOf([null, null])).toBeNull();
  expect(highestOf([null, 0])).toBe(0);
  expect(highestOf([1, 0, null, 2, 1])).toBe(2);
});

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('a camera is asked for more at once, and for less only after a while', () => {
  const told: (number | null)[] = [];
  const demand = new Demand(2, { linger: 2000, warmUp: 10_000 }, (highest) => told.push(highest));
  demand.want(null);
  vi.advanceTimersByTime(9_900);
  expect(told).toEqual([]); // still warming up
  vi.advanceTimersByTime(200);
  expect(told).toEqual([null]);
  expect(demand.asleep).toBe(true);
  demand.want(1);
  expect(told).toEqual([null, 1]);
  demand.want(0);
  demand.want(null);
  demand.want(1); // back before anyone was told
  vi.advanceTimersByTime(5000);
  expect(told).toEqual([null, 1]);
  demand.want(0);
  vi.advanceTimersByTime(1000);
  demand.want(null);
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([null, 1, null]);
  demand.repeat();
  expect(told).toEqual([null, 1, null, null]);
  demand.close();
});
