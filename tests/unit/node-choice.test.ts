/** To which node a page goes that others send away, and when it stays. */
import { expect, test } from 'vitest';
import { pauseBefore } from '../../web/lib/session/faults.ts';
import { NodeChoice } from '../../server/contract/node-choice.ts';

test('a node that is named is asked for once; then the load balancer chooses', () => {
  const nodes = new NodeChoice();
  expect(nodes.query).toEqual({});
  expect(nodes.name('north', 0)).toBe(true);
  expect(nodes.query).toEqual({ node: 'north' });
  nodes.used();
  expect(nodes.query).toEqual({});
  expect(nodes.chosen).toBe(false);
});

test('two nodes that are full, and name each other, do not send a page round', () => {
  const nodes = new NodeChoice();
  const sent = Array.from({ length: 60 }, (_, second) =>
    nodes.name(second % 2 ? 'south' : 'north', second * 1000),
  );
  // In a minute: to each of them at once, and to each again after half a minute.
  expect(sent.filter((goes) => goes)).toHaveLength(4);
});

test('what is no name is passed over', () => {
  const nodes = new NodeChoice();
  for (const wrong of [undefined, null, 7, '', 'a b', '../x', 'x'.repeat(65), { node: 'a' }, ['a']])
    expect(nodes.name(wrong, 0)).toBe(false);
  expect(nodes.query).toEqual({});
});

test('where every node is full, it is asked less and less often, and twice a minute at least', () => {
  const usual = pauseBefore('unavailable');
  expect([0, 1].map((refusals) => pauseBefore('unavailable', refusals))).toEqual([usual, usual]);
  for (const [refusals, longest] of [
    [2, 2000],
    [4, 8000],
    [5, 16_000],
    [1000, 16_000],
  ] as const) {
    const pauses = Array.from({ length: 50 }, () => pauseBefore('unavailable', refusals));
    expect(Math.max(...pauses)).toBeLessThanOrEqual(longest);
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(longest / 2);
    expect(new Set(pauses).size).toBeGreaterThan(10);
  }
  // Whoever asks for a pause gets it, however often it was refused.
  expect(pauseBefore('throttled', 3)).toBeGreaterThanOrEqual(pauseBefore('throttled'));
});
