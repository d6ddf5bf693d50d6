/** What `npm test` makes of vitest's report, which a real run of vitest writes here. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { projectFolder } from '../../server/config.ts';
import { mustNotSkip, outcomeOf } from '../outcome.ts';

test('what passed, failed, and was skipped, in a file or as a whole', () => {
  // In the project, so that vitest is found.
  const folder = mkdtempSync(path.join(projectFolder, 'node_modules/.outcome-'));
  try {
    writeFileSync(
      path.join(folder, 'small.test.mjs'),
      `import { describe, test } from 'vitest';
      test('works', () => {});
      let tries = 0;
      test('at last', { retry: 1 }, () => { if ((tries += 1) < 2) throw new Error('too early'); });
      test('fails', () => { throw new Error('on purpose'); });
      test.skip('left out', () => {});
      test('leaves off', ({ skip }) => skip('for want of something'));
      describe.skip('group', () => { test('member', () => {}); });`,
    );
    writeFileSync(
      path.join(folder, 'vitest.config.mjs'),
      `export default { test: { include: ['*.test.mjs'], exclude: [] } };`,
    );
    const vitest = path.join(projectFolder, 'node_modules/vitest/vitest.mjs');
    const file = path.join(folder, 'report.json');
    const args = ['run', '--reporter=json', `--outputFile=${file}`];
    spawnSync(process.execPath, [vitest, ...args], { cwd: folder });
    expect(outcomeOf(readFileSync(file, 'utf8'))).toEqual({
      passed: 2,
      failed: 1,
      skipped: ['left out', 'leaves off', 'group member'],
      retried: ['at last: Error: too early'],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('what is skipped is a fault where CI is set, unless tests were asked for by name', () => {
  expect(mustNotSkip({}, [])).toBe(false);
  expect(mustNotSkip({ CI: 'false' }, [])).toBe(false);
  expect(mustNotSkip({ CI: 'true' }, [])).toBe(true);
  expect(mustNotSkip({ CI: '1' }, ['tests/server/store.test.ts'])).toBe(true);
  expect(mustNotSkip({ CI: 'true' }, ['-t', 'a store'])).toBe(false);
  expect(mustNotSkip({ CI: 'true' }, ['--testNamePattern=a store'])).toBe(false);
});
