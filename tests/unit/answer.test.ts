/** A question to a media worker always ends, also when the worker hangs. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { answerOf } from '../../server/media/answer.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const worker = { answers: true };

test('what a worker answers in time is the answer, and so is its refusal', async () => {
  expect(await answerOf(worker, async () => 7)).toBe(7);
  const refused = answerOf(worker, () => Promise.reject(new TypeError('no')));
  await expect(refused).rejects.toThrow(new TypeError('no'));
  expect(vi.getTimerCount()).toBe(0);
});

test('a question that is never answered ends as unavailable, and what comes too late is closed', async () => {
  let answer: (made: { close(): void }) => void = () => {};
  const question = () => new Promise<{ close(): void }>((resolve) => (answer = resolve));
  const asked = answerOf(worker, question).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(5000);
  expect(await asked).toMatchObject({ code: 'unavailable' });
  const late = { close: vi.fn() };
  answer(late);
  await vi.advanceTimersByTimeAsync(0);
  expect(late.close).toHaveBeenCalledOnce();
});

test('a worker that is silent already is not asked', async () => {
  const question = vi.fn(async () => 7);
  await expect(answerOf({ answers: false }, question)).rejects.toMatchObject({
    code: 'unavailable',
  });
  expect(question).not.toHaveBeenCalled();
});
