/** A log that nobody reads must neither block the server nor fill its memory. */
import { expect, test } from 'vitest';
import { LogOutput } from '../../server/log-output.ts';

type Done = (error: NodeJS.ErrnoException | null, written: number) => void;

/** A reader that takes what it is told to. */
function reader() {
  const asked: { text: string; done: Done }[] = [];
  const output = new LogOutput((bytes, done) => asked.push({ text: bytes.toString(), done }));
  const take = (): string => {
    const next = asked.shift();
    next?.done(null, Buffer.byteLength(next.text));
    return next?.text ?? '';
  };
  return { asked, output, take };
}

test('what nobody takes is kept up to a bound; then lines are dropped, counted and told of once', () => {
  const { output, take } = reader();
  const resumed: number[] = [];
  output.onResumed = (dropped) => {
    resumed.push(dropped);
    output.write(`${dropped} dropped\n`);
  };
  const line = `${'x'.repeat(99)}\n`;
  for (let count = 0; count < 20_000; count += 1) output.write(line);
  let taken = '';
  for (let text = take(); text !== ''; text = take()) taken += text;
  const lines = taken.split('\n').filter(Boolean);
  const dropped = resumed[0] ?? 0;
  expect(resumed).toHaveLength(1);
  expect(lines.length - 1 + dropped).toBe(20_000);
  expect(taken.length).toBeLessThan(1.1 * 2 ** 20);
  expect(lines.at(-1)).toBe(`${dropped} dropped`);
});

test('lines stay whole and in order when only parts of them are taken, and when the disk is full for a while', async () => {
  const { output, asked } = reader();
  output.write('first ä\n');
  output.write('second\n');
  let taken = '';
  const full = Object.assign(new Error('full'), { code: 'ENOSPC' });
  for (let tries = 0; tries < 40 && !taken.endsWith('second\n'); tries += 1) {
    await expect.poll(() => asked.length).toBe(1);
    const { text, done } = asked.shift() ?? { text: '', done: () => {} };
    if (tries === 3) done(full, 0);
    else {
      // A letter of two bytes is not cut in the middle: the rest would not be text any more.
      taken += text.charAt(0);
      done(null, Buffer.byteLength(text.charAt(0)));
    }
  }
  expect(taken).toBe('first ä\nsecond\n');
});

test('a reader that is gone ends the output, not the process, and nothing waits for it', async () => {
  const { output, asked } = reader();
  output.write('line\n');
  const flushed = output.flush(5000);
  asked.shift()?.done(Object.assign(new Error('gone'), { code: 'EPIPE' }), 0);
  await flushed;
  output.write('another\n');
  expect(asked).toHaveLength(0);
});

test('the end waits for what can still be written, and no longer than it is told', async () => {
  const { output } = reader();
  output.write('line\n');
  const begun = performance.now();
  await output.flush(100);
  expect(performance.now() - begun).toBeLessThan(1000);
});
