/** Where things are on a plan: what a camera sees, which zones are near, which a drawn line passes, what lies on each other. */
import { expect, test } from 'vitest';
import type { PlacedZone } from '../../server/contract/plan.ts';
import {
  alongWay,
  clustersOf,
  coneOf,
  headingTo,
  nearestTo,
  towards,
} from '../../web/lib/map/geometry.ts';

const at = (zone: string, x: number, y: number): PlacedZone => ({
  ...{ zone, x, y, heading: 0, angle: 90, reach: 0.1 },
});
/** Half as high as it is wide. */
const height = 0.5;

test.each([
  [0, 0.5, 0.15],
  [90, 0.6, 0.25],
  [180, 0.5, 0.35],
  [270, 0.4, 0.25],
])('a camera that looks to %i° sees what is there', (heading, x, y) => {
  const to = towards({ x: 0.5, y: 0.25 }, heading, 0.1);
  expect(to.x).toBeCloseTo(x);
  expect(to.y).toBeCloseTo(y);
  expect(headingTo({ x: 0.5, y: 0.25 }, to)).toBeCloseTo(heading);
});

test('a cone begins at the camera and reaches as far and as wide as it sees', () => {
  const [first, ...arc] = coneOf(at('A', 0.5, 0.5), height);
  expect(first).toEqual({ x: 0.5, y: 0.25 });
  for (const point of arc) expect(Math.hypot(point.x - 0.5, point.y - 0.25)).toBeCloseTo(0.1);
  expect(headingTo({ x: 0.5, y: 0.25 }, arc[0] ?? { x: 0, y: 0 })).toBeCloseTo(315);
  expect(headingTo({ x: 0.5, y: 0.25 }, arc.at(-1) ?? { x: 0, y: 0 })).toBeCloseTo(45);
});

test('one that sees all around has no corner', () => {
  const all = coneOf({ ...at('A', 0.5, 0.5), angle: 360 }, height);
  expect(all).not.toContainEqual({ x: 0.5, y: 0.25 });
});

test('the nearest zones are so by the picture’s own shape', () => {
  // Of a wide picture, what is far down is nearer than it looks as a share.
  const all = [at('A', 0.5, 0), at('B', 0.5, 0.5), at('C', 0.8, 0), at('D', 0, 1)];
  expect(nearestTo('A', all, height, 3)).toEqual(['A', 'B', 'C']);
  expect(nearestTo('NONE', all, height, 3)).toEqual([]);
});

test('a line visits the zones near it, in its own order', () => {
  const all = [at('A', 0.1, 0.5), at('B', 0.5, 0.52), at('C', 0.9, 0.5), at('FAR', 0.5, 0.95)];
  const way = [
    { x: 1, y: 0.25 },
    { x: 0, y: 0.25 },
  ];
  expect(alongWay(way, all, height, 0.05)).toEqual(['C', 'B', 'A']);
  expect(alongWay(way.toReversed(), all, height, 0.05)).toEqual(['A', 'B', 'C']);
  expect(alongWay(way.slice(0, 1), all, height, 0.05)).toEqual([]);
  expect(alongWay([], all, height, 0.05)).toEqual([]);
});

test('what would lie on each other is one group', () => {
  const [a, b, c] = [
    { x: 0, y: 0 },
    { x: 0.01, y: 0 },
    { x: 0.5, y: 0 },
  ];
  expect(clustersOf([a, b, c], 0.02)).toEqual([[a, b], [c]]);
  expect(clustersOf([a, b, c], 0)).toEqual([[a], [b], [c]]);
});
