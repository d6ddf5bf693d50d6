/** What may go wrong how often: right attempts cost nothing, and no wrong one slips through. */
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { FailureBudget } from '../../server/access/failure-budget.ts';
import { RefusedError } from '../../server/contract/errors.ts';

const wrong = async (): Promise<never> => {
  await pause(1);
  throw new RefusedError('sign-in-failed', 'wrong');
};
const right = async (): Promise<string> => {
  await pause(1);
  return 'right';
};
const codeOf = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'right',
    (error: unknown) => (error as RefusedError).code,
  );
const count = (codes: string[], code: string): number => codes.filter((one) => one === code).length;

test('any number of right attempts gets through, one after the other and at once', async () => {
  const budget = new FailureBudget('attempts', 3, 60);
  for (let attempt = 0; attempt < 20; attempt += 1) await budget.attempt('a', right);
  const codes = await Promise.all(
    Array.from({ length: 500 }, () => codeOf(budget.attempt('a', right))),
  );
  expect(count(codes, 'right')).toBe(500);
});

test('of many wrong attempts at once, no more are looked at than may fail', async () => {
  const budget = new FailureBudget('attempts', 3, 60);
  let looked = 0;
  const guess = async (): Promise<never> => {
    looked += 1;
    return wrong();
  };
  const codes = await Promise.all(
    Array.from({ length: 500 }, () => codeOf(budget.attempt('a', guess))),
  );
  expect(looked).toBe(3);
  expect(count(codes, 'sign-in-failed')).toBe(3);
  expect(count(codes, 'throttled')).toBe(497);
  expect(await codeOf(budget.attempt('a', right))).toBe('throttled');
  expect(await codeOf(budget.attempt('b', right))).toBe('right');
});

test('right and wrong ones mixed: the wrong ones alone count', async () => {
  const budget = new FailureBudget('attempts', 6, 60);
  const mixed = Array.from({ length: 300 }, (_, index) =>
    codeOf(budget.attempt('a', index % 60 === 59 ? wrong : right)),
  );
  const codes = await Promise.all(mixed);
  expect(count(codes, 'sign-in-failed')).toBe(5);
  expect(count(codes, 'throttled')).toBe(0);
});

test('what fails for another reason costs nothing', async () => {
  const budget = new FailureBudget('attempts', 2, 60);
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const down = () => Promise.reject(new RefusedError('unavailable', 'down'));
    expect(await codeOf(budget.attempt('a', down))).toBe('unavailable');
  }
});

test('one thing that goes wrong again is one, and is forgiven once it goes right', async () => {
  const budget = new FailureBudget('attempts', 2, 60);
  for (let attempt = 0; attempt < 10; attempt += 1) await codeOf(budget.attempt('a', wrong, 'ada'));
  expect(await codeOf(budget.attempt('a', right, 'ada'))).toBe('right');
  await codeOf(budget.attempt('a', wrong, 'bob'));
  expect(await codeOf(budget.attempt('a', wrong, 'eve'))).toBe('sign-in-failed');
  expect(await codeOf(budget.attempt('a', right, 'ada'))).toBe('throttled');
});

test('the time that is told is the time to wait', async () => {
  const budget = new FailureBudget('attempts', 1, 0.2);
  await codeOf(budget.attempt('a', wrong));
  await expect(budget.attempt('a', right)).rejects.toThrow('Too many attempts; try again in 1 s.');
  await pause(250);
  expect(await codeOf(budget.attempt('a', right))).toBe('right');
});
