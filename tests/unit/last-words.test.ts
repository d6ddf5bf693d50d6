import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { LastWords } from '../../server/media/last-words.ts';

test('what a worker keeps for newcomers is told, and no other line is taken for that', async () => {
  const errors = new PassThrough();
  const words = new LastWords(errors);
  const told: object[] = [];
  words.onKept = (kept) => told.push(kept);
  for (const line of [
    'surveillance kept=1048576 replays=3',
    'surveillance kept= replays=3',
    'RTC::Router surveillance kept=1 replays=2',
    'surveillance kept=0 replays=0',
  ])
    errors.write(`${line}\n`);
  await expect.poll(() => told.length).toBe(2);
  expect(told).toEqual([
    { bytes: 1_048_576, replays: 3 },
    { bytes: 0, replays: 0 },
  ]);
});
