import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Demand } from '../../server/zones/demand.ts';
import { highestOf, layerFor } from '../../server/zones/layer-choice.ts';

const stack = { count: 3, size: { width: 1280, height: 720 } };
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
  expect(layerFor(tile(10, 10), { count: 3, size: undefined })).toBe(2);
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
