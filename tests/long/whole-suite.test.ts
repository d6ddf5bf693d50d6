/**
 * The whole suite ten times, five of them beside another load: a race that shows once in some runs is mended
 * where it is, in the product or in the test.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { projectFolder } from '../../server/config.ts';
import { options, usual } from '../projects.ts';

const rounds = Array.from({ length: 10 }, (_, index) => ({
  round: index + 1,
  beside: index % 2 === 0 ? 'nothing' : 'a load',
}));

interface Report {
  readonly testResults: {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: { readonly status: string; readonly fullName: string }[];
  }[];
}

/** Keeps half of the cores busy. @returns ends it */
function load(): () => void {
  const programs = Array.from({ length: Math.ceil(availableParallelism() / 2) }, () =>
    spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
  );
  return () => programs.forEach((program) => program.kill('SIGKILL'));
}

/** @returns the tests that failed, and the files that could not be loaded */
async function runSuite(): Promise<string[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-suite-'));
  const results = path.join(folder, 'results.json');
  const program = path.join(projectFolder, 'node_modules/vitest/vitest.mjs');
  const args = ['run', ...options(usual), '--reporter=json', `--outputFile.json=${results}`];
  const suite = spawn(process.execPath, [program, ...args], {
    cwd: projectFolder,
    stdio: 'ignore',
  });
  try {
    await once(suite, 'exit');
    const { testResults } = JSON.parse(readFileSync(results, 'utf8')) as Report;
    return testResults.flatMap(({ name, message, assertionResults }) => [
      ...(assertionResults.length === 0 && message ? [`${name}: ${message}`] : []),
      ...assertionResults.filter(({ status }) => status === 'failed').map((one) => one.fullName),
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test.each(rounds)('round $round, beside $beside', async ({ beside }) => {
  const end = beside === 'a load' ? load() : () => {};
  try {
    expect(await runSuite()).toEqual([]);
  } finally {
    end();
  }
});
