/** A page that comes up task by task. */
import { beforeEach, expect, test, vi } from 'vitest';

let turns: typeof import('../../web/lib/ui/turns.ts');
beforeEach(async () => {
  vi.resetModules();
  turns = await import('../../web/lib/ui/turns.ts');
});

test('each has a task of its own, in the order in which they asked, and what it brings comes after', async () => {
  const done: string[] = [];
  const asks = (name: string, brings?: string): (() => void) =>
    turns.takeTurn(() => {
      done.push(name);
      void Promise.resolve().then(() => done.push(`after ${name}`));
      // As a part of the page whose own parts come a moment after it.
      if (brings) void Promise.resolve().then(() => asks(brings));
    });
  asks('navigator');
  const callOff = asks('closed meanwhile');
  asks('tiles', 'figures');
  callOff();
  expect(done).toEqual([]);
  expect(turns.pageIsUp()).toBe(false);
  await vi.waitFor(() => expect(turns.pageIsUp()).toBe(true));
  const names = ['navigator', 'tiles', 'figures'];
  expect(done).toEqual(names.flatMap((name) => [name, `after ${name}`]));

  asks('opened later');
  expect(done.at(-1)).toBe('opened later');
});
