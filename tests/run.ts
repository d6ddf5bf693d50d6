/**
 * `npm test`: every check and every test that takes seconds, and one line at the end.
 * `npm run test:network`: the tests that take longer, in networks of their own.
 * `npm run test:cluster`: several nodes with real Redis and PostgreSQL, and what happens when they fail.
 * `npm run test:gateway`: cameras that speak RTSP, through a gateway of their site.
 * `npm run test:desk`: the operator's desk, as an operator uses it.
 * `npm run test:encoders`: WHIP and WHEP, with clients that others wrote.
 * `npm run test:worker`: the media worker: its parts by themselves, and the media tests on `plain`; with `-- --all` also
 * mediasoup's own tests of it, in half an hour.
 * `npm run test:long`: repetitions that take minutes to hours, by hand. Arguments go to vitest; `TEST_STORE=postgres`
 * has servers on PostgreSQL (support/test-store.ts).
 */
import { spawn, spawnSync, type SpawnSyncOptions, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { step } from '../deployment/setup/progress.ts';
import { projectFolder } from '../server/config.ts';
import { mustNotSkip, outcomeOf } from './outcome.ts';
import { apart, byHand, options, usual } from './projects.ts';
import { isRecorded, recordedClip } from './support/peers/recorder.ts';

const checks: [name: string, program: string, ...args: string[]][] = [
  ['format', 'prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.'],
  ['lint', 'eslint/bin/eslint.js', '.', '--max-warnings', '0'],
  ['types', 'typescript/bin/tsc', '--noEmit'],
  [
    'svelte',
    'svelte-check/bin/svelte-check',
    '--tsconfig',
    './tsconfig.json',
    '--fail-on-warnings',
    '--output',
    'human',
  ],
];
const args = process.argv.slice(2);
const command = args[0]?.replace(/^--/, '') ?? '';
const asked = apart[command] && [...apart[command]];
if (asked) args.shift();
if (asked && byHand[command] && args.includes('--all')) {
  args.splice(args.indexOf('--all'), 1);
  asked.push(...byHand[command]);
}
let passed = 0;
let failed = 0;
let skipped: string[] = [];
let retried: string[] = [];

const fileOf = (program: string): string => path.join(projectFolder, 'node_modules', program);

function run(program: string, args: string[]): boolean {
  const options: SpawnSyncOptions = { cwd: projectFolder, stdio: 'inherit' };
  return spawnSync(process.execPath, [fileOf(program), ...args], options).status === 0;
}

/** Side by side, since none of them keeps more than one core busy; each says what it has to say when it is done. */
async function check([name, program, ...args]: (typeof checks)[number]): Promise<void> {
  const stdio: StdioOptions = ['ignore', 'pipe', 'pipe'];
  const child = spawn(process.execPath, [fileOf(program), ...args], { cwd: projectFolder, stdio });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (part: Buffer) => said.push(part));
  }
  const [status] = (await once(child, 'close')) as [number | null];
  process.stdout.write(Buffer.concat(said));
  console.log(`${status === 0 ? '✓' : '✗'} ${name}`);
  if (status === 0) passed += 1;
  else failed += 1;
}

await Promise.all((asked ? [] : checks).map(check));

// While nothing else runs: in the midst of the tests a busy machine would spoil it.
if (!asked && !isRecorded()) await step('clip of a street: recording it once', recordedClip);

const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-tests-'));
const results = path.join(folder, 'results.json');
const green = run('vitest/vitest.mjs', [
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${results}`,
  ...(args.some((arg) => arg.startsWith('--project')) ? [] : options(asked ?? usual)),
  ...args,
]);
try {
  const outcome = outcomeOf(readFileSync(results, 'utf8'));
  passed += outcome.passed;
  ({ skipped, retried } = outcome);
  // A file that cannot even be loaded fails without a failed test of its own.
  failed += Math.max(outcome.failed, green ? 0 : 1);
} catch {
  failed += 1;
}
rmSync(folder, { recursive: true, force: true });
if (retried.length > 0) {
  console.log(`passed at the second try:\n${retried.map((name) => `  ${name}`).join('\n')}`);
}
if (skipped.length > 0 && mustNotSkip(process.env, args)) {
  failed += skipped.length;
  console.log(`✗ skipped, though CI is set:\n${skipped.map((name) => `  ${name}`).join('\n')}`);
}
console.log(
  `${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`,
);
process.exit(failed === 0 ? 0 : 1);
