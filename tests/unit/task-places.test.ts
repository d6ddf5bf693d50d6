/** Words about what was done stand at the row that it was done to, as long as there is one. */
import { expect, test, vi } from 'vitest';
import { partOf, Task } from '../../web/lib/ui/task.svelte.ts';

const done = (text: string) => () => Promise.resolve(text);

test('what is said stands at its row and nowhere else', async () => {
  const task = new Task();
  task.show('1');
  task.show('2');
  await task.run(done('Revoked.'), '2');
  expect(task.saidAt('2')?.text).toBe('Revoked.');
  expect([task.saidAt('1'), task.saidAt(undefined)]).toEqual([undefined, undefined]);
  await task.run(() => Promise.reject(new Error('It is gone.')), '1');
  expect(task.saidAt('1')).toMatchObject({ text: 'It is gone.', failed: true });
  expect(task.saidAt('2')).toBeUndefined();
});

test('once a form is closed its words stand at its row, and above all rows once that has gone', async () => {
  const task = new Task();
  const form = partOf('7', 'password');
  const closeRow = task.show('7');
  const closeForm = task.show(form);
  await task.run(done('Set.'), form);
  expect([task.saidAt('7'), task.saidAt(form)?.text]).toEqual([undefined, 'Set.']);
  closeForm();
  expect(task.saidAt('7')?.text).toBe('Set.');
  const closeOther = task.show('7'); // the same row, drawn anew before the former one goes
  closeRow();
  expect(task.saidAt('7')?.text).toBe('Set.');
  closeOther();
  expect(task.saidAt(undefined)?.text).toBe('Set.');
});

test('a wait stands there, too', async () => {
  vi.useFakeTimers();
  try {
    const task = new Task();
    task.show('1');
    let answer = (_: string): void => {};
    const run = task.run(() => new Promise((resolve) => (answer = resolve)), '1');
    await vi.advanceTimersByTimeAsync(500);
    expect([task.waitsAt('1'), task.waitsAt(undefined)]).toEqual([true, false]);
    answer('Done.');
    await run;
    expect(task.waitsAt('1')).toBe(false);
  } finally {
    vi.useRealTimers();
  }
});
