/** The commands beside the server, as somebody types them. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { projectFolder } from '../../server/config.ts';
import { sqliteFile } from '../../server/store/sqlite.ts';
import { openStore } from '../../server/store/store.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-commands-'));
afterAll(() => rmSync(folder, { recursive: true }));

function run(command: string, args: string[], store = 'none') {
  const file = path.join(projectFolder, `server/commands/${command}.ts`);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', file, ...args],
    {
      cwd: projectFolder,
      env: { ...process.env, SURVEILLANCE_STORE_FOLDER: path.join(folder, store) },
      encoding: 'utf8',
    },
  );
  return { status, stdout, stderr };
}

test('a clock is not confirmed in a store that is not there, and none is made for it', () => {
  const told = run('audit-clock', ['--confirm']);
  expect(told).toMatchObject({ status: 1, stdout: '' });
  expect(told.stderr).toContain('There is no store yet');
  expect(existsSync(path.join(folder, 'none'))).toBe(false);
});

test('a clock is looked at, and confirmed', async () => {
  await (await openStore({ url: '', folder: path.join(folder, 'made') })).close();
  expect(run('audit-clock', [], 'made')).toMatchObject({ status: 0, stderr: '' });
  const confirmed = run('audit-clock', ['--confirm'], 'made');
  expect(confirmed).toMatchObject({ status: 0, stderr: '' });
  expect(confirmed.stdout).toContain('is believed from now on');
  expect(run('audit-verify', [], 'made').stdout).toMatch(/^1 records, chain whole/);
});

test.each([
  ['audit-clock', []],
  ['audit-clock', ['--confirm']],
  ['audit-verify', []],
  ['backup', [path.join(folder, "somebody's copy.db")]],
])('%s %j leaves the database alone, with no file of SQLite’s beside it', async (command, args) => {
  const left = path.join(folder, 'left');
  await (await openStore({ url: '', folder: left })).close();
  expect(readdirSync(left)).toEqual([sqliteFile]);
  expect(run(command, args, 'left')).toMatchObject({ status: 0, stderr: '' });
  expect(readdirSync(left)).toEqual([sqliteFile]);
});

test.each([
  ['audit-clock', 'now', 'Not understood: now.'],
  ['audit-clock', '--confrim', "Unknown option '--confrim'."],
  ['audit-verify', 'all', 'Not understood: all.'],
])('%s %s tells how it is used', (command, word, said) => {
  const told = run(command, [word]);
  expect(told.status).toBe(1);
  expect(told.stderr.split('\n')).toEqual([said, expect.stringContaining('npm run audit:'), '']);
});

test.each(['audit-clock', 'audit-verify', 'backup'])('%s --help is no fault', (command) => {
  expect(run(command, ['--help'])).toMatchObject({
    ...{ status: 0, stderr: '', stdout: expect.stringMatching(/^npm run \S+ /) as string },
  });
});
