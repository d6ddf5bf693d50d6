/** Where masks cover a frame, and how they are drawn. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Masks, type Mask, type Point } from '../../server/contract/privacy.ts';
import { blockSpans } from '../../server/contract/block-spans.ts';
import { extent, fitted, moved, rectangle, reshaped } from '../../web/lib/privacy/shapes.ts';

const share = fc.integer({ min: 0, max: 10_000 }).map((value) => value / 10_000);
const point = fc.record({ x: share, y: share });
const mask = fc.record({ points: fc.array(point, { minLength: 3, maxLength: 12 }) });

/** The blocks that are covered, as rows of text. */
function drawn(masks: Masks, width: number, height: number): string[] {
  const rows = Array.from({ length: Math.ceil(height / 2) }, () =>
    Array.from({ length: Math.ceil(width / 2) }, () => '.'),
  );
  for (const { row, from, to } of blockSpans(masks, width, height)) rows[row]?.fill('#', from, to);
  return rows.map((row) => row.join(''));
}

/** Whether a place is inside a polygon: the textbook's way, point by point. */
function winding({ points }: Mask, at: Point): number {
  let turns = 0;
  points.forEach((a, index) => {
    const b = points[(index + 1) % points.length] ?? a;
    const side = (b.x - a.x) * (at.y - a.y) - (at.x - a.x) * (b.y - a.y);
    if (a.y <= at.y && b.y > at.y && side > 0) turns += 1;
    if (a.y > at.y && b.y <= at.y && side < 0) turns -= 1;
  });
  return turns;
}

test('a rectangle covers its blocks, and those that it only touches', () => {
  expect(drawn([rectangle({ x: 0.25, y: 0.25 }, { x: 0.7, y: 0.75 })], 16, 8)).toEqual([
    '........',
    '..####..',
    '..####..',
    '........',
  ]);
});

test('a triangle is covered up to its slopes, a cross of two shapes as a whole', () => {
  const triangle = { points: [{ x: 0, y: 0 }, { x: 1, y: 0 }, { x: 0, y: 1 }] }; // prettier-ignore
  expect(drawn([triangle], 16, 16)).toEqual([
    '########',
    '#######.',
    '######..',
    '#####...',
    '####....',
    '###.....',
    '##......',
    '#.......',
  ]);
});

test('what a polygon surrounds twice is covered, too', () => {
  // A pentagram: its middle is inside by winding, and outside by counting crossings.
  const star = Array.from({ length: 5 }, (_, index) => {
    const turn = (index * 4 * Math.PI) / 5 - Math.PI / 2;
    return { x: 0.5 + 0.5 * Math.cos(turn), y: 0.5 + 0.5 * Math.sin(turn) };
  });
  expect(drawn([{ points: star }], 32, 32)[8]?.[8]).toBe('#');
});

test('no place inside a mask is left open, whatever its shape and the size of the frame', () => {
  const side = fc.integer({ min: 16, max: 90 });
  let inside = 0;
  fc.assert(
    fc.property(mask, side, side, point, (shape, width, height, at) => {
      // Slivers lower than a quarter of a pixel may fall between two looks at a row.
      const sliver = 0.25 / height;
      const around = [-sliver, 0, sliver].map((dy) => ({ x: at.x, y: at.y + dy }));
      if (!around.every((place) => winding(shape, place) !== 0)) return;
      inside += 1;
      const [column, row] = [Math.floor((at.x * width) / 2), Math.floor((at.y * height) / 2)];
      const covered = blockSpans([shape], width, height).some(
        (span) => span.row === row && span.from <= column && column < span.to,
      );
      expect(covered).toBe(true);
    }),
    { numRuns: 2000 },
  );
  expect(inside).toBeGreaterThan(50);
});

test('a mask that is moved keeps its shape and stays in the picture', () => {
  const offset = fc.double({ min: -2, max: 2, noNaN: true });
  fc.assert(
    fc.property(point, point, offset, offset, (a, b, x, y) => {
      const before = extent(rectangle(a, b).points);
      const after = extent(moved(rectangle(a, b), { x, y }).points);
      expect(Masks.safeParse([moved(rectangle(a, b), { x, y })]).success).toBe(true);
      expect(after.right - after.left).toBeCloseTo(before.right - before.left, 3);
      expect(after.bottom - after.top).toBeCloseTo(before.bottom - before.top, 3);
    }),
  );
});

test('a point goes no further than the edge', () => {
  const shape = rectangle({ x: 0.1, y: 0.1 }, { x: 0.4, y: 0.4 });
  expect(reshaped(shape, 2, { x: 1.7, y: -3 }).points[2]).toEqual({ x: 1, y: 0 });
});

test('a 4:3 picture in a 16:9 box has bars at its sides', () => {
  const place = fitted({ width: 1600, height: 900 }, { width: 640, height: 480 });
  expect(place).toEqual({ left: 200, top: 0, width: 1200, height: 900 });
});
