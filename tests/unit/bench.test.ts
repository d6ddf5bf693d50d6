/** Benchmarks are only as good as their arithmetic, and their report is opened in a browser. */
import { expect, test } from 'vitest';
import { goalMet, type Result, type Setting } from '../bench/benchmark.ts';
import { median, quantile, slope } from '../bench/measure/quantiles.ts';
import { replaceResults } from '../bench/report/files.ts';
import { page } from '../bench/report/html.ts';
import { table } from '../bench/report/table.ts';

const result: Result = {
  name: 'sample',
  question: 'Is <this> right?',
  mode: 'quick',
  date: '2026-01-01T00:00:00Z',
  commit: 'abc',
  took: 12,
  conditions: { codec: 'VP8' },
  figures: [
    { what: 'wait', value: 120, p95: 250, unit: 'ms', how: 'median of 50', goal: { atMost: 150 } },
    { what: 'watchers', value: 99, unit: '', how: 'count', goal: { atLeast: 100 } },
  ],
  plots: [
    {
      title: 'wait',
      x: 'watchers',
      y: 'ms',
      lines: [
        {
          name: 'a & b',
          points: [
            [1, 2],
            [3, 4],
          ],
        },
      ],
    },
  ],
};

const setting: Setting = {
  date: '2026-01-01T00:00:00Z',
  commit: '',
  cpu: '',
  cores: 2,
  kernel: '',
  node: '',
  worker: '',
  srtpLibrary: '',
};

test('quantiles take a value that was measured', () => {
  const values = Array.from({ length: 20 }, (_, index) => 20 - index);
  expect(median(values)).toBe(10);
  expect(quantile(values, 0.95)).toBe(19);
  expect(quantile(values, 1)).toBe(20);
  expect(median([])).toBeNaN();
});

test('the slope is that of the line through the points', () => {
  expect(
    slope([
      [0, 1],
      [1, 3],
      [2, 5],
    ]),
  ).toBeCloseTo(2);
  expect(
    slope([
      [1, 1],
      [1, 3],
    ]),
  ).toBe(0);
});

test('goals are met from below or from above', () => {
  expect(result.figures.map(goalMet)).toEqual([true, false]);
  expect(goalMet({ what: '', value: 1, unit: '', how: '' })).toBeUndefined();
});

test('the table names every figure with its goal and how it was got', () => {
  const text = table(result);
  expect(text).toMatch(/wait +120 +250 +ms +≤ 150 ✓ +median of 50/);
  expect(text).toMatch(/watchers +99 .*≥ 100 ✗/);
});

test('the page escapes what it is given, and asks nothing from any network', () => {
  const html = page({
    setting,
    results: [result],
  });
  expect(html).toContain('Is &#60;this&#62; right?');
  expect(html).toContain('<polyline');
  expect(html).not.toMatch(/https?:|<script|<link|src=/);
});

test('what is kept is the newest result of each benchmark', () => {
  const named = (name: string, took: number): Result => ({ ...result, name, took });
  const former = { setting, results: [named('cores', 1), named('soak', 2)] };
  const newer = { setting, results: [named('soak', 3), named('join', 4)] };
  const kept = replaceResults(former, newer).results.map(({ name, took }) => [name, took]);
  expect(kept).toEqual([
    ['cores', 1],
    ['join', 4],
    ['soak', 3],
  ]);
});
