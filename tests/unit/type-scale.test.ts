/** Names on tiles are read at 3 m on a 55″ screen. */
import { expect, test } from 'vitest';
import { nameSize, parseDistance } from '../../web/lib/wall/type-scale.ts';

const capitalOfEm = 0.7;
/** 55″, 16:9: 1218 × 685 mm. */
const screenHeight = (55 * 25.4 * 9) / Math.sqrt(16 ** 2 + 9 ** 2);

/** mm of a capital on that screen; `rows` panes stand above one another. */
function capitals(size: string | undefined, rows: number): number {
  const share = Number.parseFloat(size ?? '') / 100;
  const of = size?.endsWith('vh') ? screenHeight : screenHeight / rows;
  return share * of * capitalOfEm;
}

test.each([
  [1, 1],
  [9, 3],
  [16, 4],
])('of %i panes, capitals are 14 mm high at least', (panes, rows) => {
  expect(capitals(nameSize(3, panes), rows)).toBeGreaterThanOrEqual(14);
  expect(capitals(nameSize(3, panes), rows)).toBeLessThan(14.1);
  expect(capitals(nameSize(6, panes), rows)).toBeGreaterThanOrEqual(28);
});

test.each([
  [25, 5],
  [64, 8],
])('of %i panes, capitals take 15 %% of a pane', (panes, rows) => {
  expect(capitals(nameSize(3, panes), rows) / (screenHeight / rows)).toBeCloseTo(0.15, 3);
});

test('at a desk, and of what is no distance, nothing is larger', () => {
  expect(nameSize(undefined, 4)).toBeUndefined();
  for (const text of [null, '', '0', '-3', '11', 'far'])
    expect(parseDistance(text)).toBeUndefined();
  expect(parseDistance('3')).toBe(3);
});
