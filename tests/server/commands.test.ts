/** The commands beside the server, as somebody types them. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { newPerson } from '../../server/access/person.ts';
import { digest } from '../../server/access/tokens.ts';
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

test('a lost administrator gets a link, without the second factor, and it is in the audit', async () => {
  const settings = { url: '', folder: path.join(folder, 'lost') };
  const store = await openStore(settings);
  const people = [
    { ...newPerson('Ada'), totpSecret: 'JBSWY3DPEHPK3PXP', disabled: true },
    { ...newPerson('Bob'), passwordHash: 'x' },
  ];
  const grants = [{ role: 'administrator', zones: '*' }] as const;
  await store.people.add({ ...people[0]!, grants });
  await store.people.add(people[1]!);
  // It works beside a server that has the store open.
  expect(run('access-recover', ['Bob'], 'lost').stderr).toContain('Bob is no administrator');
  const told = run('access-recover', [], 'lost');
  expect(told).toMatchObject({ status: 0, stderr: '' });
  const [, token = ''] = /\/invitation#([\w-]{43})/.exec(told.stdout) ?? [];
  expect(await store.invitations.find(digest(token), Date.now())).toBe(people[0]!.id);
  const ada = await store.people.find(people[0]!.id);
  expect(ada).toMatchObject({ totpSecret: null, disabled: false });
  await store.people.update(people[0]!.id, { grants: [] });
  expect(run('access-recover', ['Cy'], 'lost').stdout).toContain('Cy is one now');
  expect((await store.people.findByName('cy'))?.grants).toEqual(grants);
  await store.close();
  expect(run('audit-verify', [], 'lost').stdout).toMatch(/^2 records, chain whole/);
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

test.each(['access-recover', 'audit-clock', 'audit-verify', 'backup'])(
  '%s --help is no fault',
  (command) => {
    expect(run(command, ['--help'])).toMatchObject({
      ...{ status: 0, stderr: '', stdout: expect.stringMatching(/^npm run \S+ /) as string },
    });
  },
);
