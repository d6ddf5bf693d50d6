/** Budgets and tallies: what the limits of clients are made of. */
import fc from 'fast-check';
import pino from 'pino';
import { expect, test } from 'vitest';
import { Budget } from '../../server/limits/budget.ts';
import { Excess, tooMany, type Limit } from '../../server/limits/excess.ts';
import { Tally } from '../../server/limits/tally.ts';

/** A clock that stands still until it is set. */
function budgetOf(most: number, period: number) {
  const clock = { now: 0 };
  return { clock, budget: new Budget(most, period, () => clock.now) };
}

test('what is taken flows back evenly, for each name by itself', () => {
  const { clock, budget } = budgetOf(10, 1000);
  expect(budget.take('a', 10)).toBe(true);
  expect(budget.take('a')).toBe(false);
  expect(budget.take('b')).toBe(true);
  expect(budget.wait('a')).toBe(100);
  clock.now = 100;
  expect(budget.take('a')).toBe(true);
  expect(budget.take('a')).toBe(false);
  clock.now = 5000;
  expect(budget.take('a', 10)).toBe(true);
  expect(budget.take('a')).toBe(false);
});

test('whoever asks for more than there can be gets it when it is full, and owes the rest', () => {
  const { clock, budget } = budgetOf(10, 1000);
  expect(budget.take('a', 25)).toBe(true);
  expect(budget.wait('a')).toBe(1600);
  clock.now = 1500;
  expect(budget.take('a')).toBe(false);
  clock.now = 1600;
  expect(budget.take('a')).toBe(true);
});

test('in no time is more taken than was there and flowed back', () => {
  const steps = fc.array(fc.tuple(fc.nat(300), fc.integer({ min: 1, max: 12 })), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(steps, (all) => {
      const { clock, budget } = budgetOf(10, 1000);
      let taken = 0;
      for (const [later, amount] of all) {
        clock.now += later;
        if (budget.take('a', Math.min(amount, 10))) taken += Math.min(amount, 10);
        expect(taken).toBeLessThanOrEqual(10 + clock.now / 100 + 1e-6);
      }
    }),
  );
});

test('names that have all again are forgotten, and others are not', () => {
  const { clock, budget } = budgetOf(10, 1000);
  budget.take('rare', 1);
  budget.take('greedy', 10);
  clock.now = 1500;
  budget.take('greedy', 10);
  clock.now = 2000;
  expect(budget.take('greedy', 6)).toBe(false);
  expect(budget.take('rare', 10)).toBe(true);
});

test('a tally counts what is open, and each end once', () => {
  const tally = new Tally(2);
  const first = tally.open('a');
  expect(tally.open('a')).toBeDefined();
  expect(tally.open('a')).toBeUndefined();
  expect(tally.isFull('a')).toBe(true);
  first?.();
  first?.();
  expect(tally.open('a')).toBeDefined();
  expect(tally.open('a')).toBeUndefined();
  expect(tally.open('b')).toBeDefined();
});

test('0 is no limit', () => {
  const tally = new Tally(0);
  for (let index = 0; index < 1000; index += 1) expect(tally.open('a')).toBeDefined();
});

test('an excess is counted each time, and logged once for a client and in all only so often', () => {
  const lines: string[] = [];
  const counted: Limit[] = [];
  const log = pino({}, { write: (line: string) => lines.push(line) });
  const excess = new Excess(log, (limit) => counted.push(limit));
  for (let index = 0; index < 500; index += 1) excess.report('bytes', { address: '192.0.2.1' });
  excess.report('packets', { address: '192.0.2.1' });
  // One network of IPv6 is one client.
  for (let index = 1; index < 9; index += 1)
    excess.report('bytes', { address: `2001:db8::${index}` });
  expect(lines).toHaveLength(3);
  for (let index = 0; index < 500; index += 1)
    excess.report('bytes', { address: `10.0.${index >> 8}.${index & 255}` });
  expect(lines.length).toBeLessThanOrEqual(60);
  expect(counted).toHaveLength(500 + 1 + 8 + 500);
});

test('a refusal says when to come back', () => {
  expect(tooMany('joins', 1).message).toBe('Too many joins; try again in 1 s.');
  expect(tooMany('joins', 90_000).message).toBe('Too many joins; try again in 90 s.');
  expect(tooMany('joins', 600_000)).toMatchObject({
    code: 'throttled',
    message: 'Too many joins; try again in 10 minutes.',
  });
});
