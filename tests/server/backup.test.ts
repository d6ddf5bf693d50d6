/** Backup while others write, restore, and the proof of the audit: the commands of an administrator. */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Audit } from '../../server/audit/audit.ts';
import { projectFolder } from '../../server/config.ts';
import { sqliteFile } from '../../server/store/sqlite.ts';
import type { Store } from '../../server/store/store.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { describeStores, execute, type StoreSettings } from '../support/stores.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-backup-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** As npm runs it, but for the check of the packages. */
function command(settings: StoreSettings, name: string, ...args: string[]) {
  const program = ['--import', 'tsx', 'deployment/setup/main.ts', name, ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, program, {
    cwd: projectFolder,
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: `${postgresPrograms ?? ''}${path.delimiter}${process.env.PATH ?? ''}`,
      INIT_CWD: folder,
      SURVEILLANCE_STORE_URL: settings.url,
      SURVEILLANCE_STORE_FOLDER: settings.folder,
    },
  });
  return { status, said: stdout + stderr };
}

async function fill(store: Store): Promise<Audit> {
  await store.people.add({
    id: '1',
    name: 'Jörg',
    passwordHash: 'hash',
    totpSecret: null,
    issuer: null,
    subject: null,
    disabled: false,
    mustChange: false,
    createdAt: 1_800_000_000_000,
    lastSignIn: null,
    grants: [{ role: 'operator', zones: 'CBD-*' }],
  });
  const audit = new Audit(store);
  for (let index = 0; index < 30; index += 1) await audit.record(entry('Jörg'));
  return audit;
}

function entry(name: string) {
  const actor = { kind: 'person', id: '1', name } as const;
  return { kind: 'watching', action: 'began', actor, address: '203.0.113.5', zone: 'A' } as const;
}

describeStores((make, database) => {
  test('a backup made while others write is one moment, and is the store again', async () => {
    const settings = await make.fresh();
    const store = await make.open(settings);
    const audit = await fill(store);
    const before = await store.audit.head();
    const file = path.join(folder, `${database}.backup`);
    expect(command(settings, 'backup', `${database}.backup`)).toEqual({
      status: 0,
      said: `✓ the store is in ${file}\n`,
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await audit.record(entry('Eve'));

    const restored = await make.fresh();
    if (database === 'SQLite') {
      mkdirSync(restored.folder, { mode: 0o700 });
      copyFileSync(file, path.join(restored.folder, sqliteFile));
    } else {
      const psql = path.join(postgresPrograms ?? '', 'psql');
      const how = ['--quiet', '--set', 'ON_ERROR_STOP=1', '--single-transaction'];
      execFileSync(psql, [...how, '--file', file, restored.url], { stdio: 'ignore' });
    }
    const again = await make.open(restored);
    expect(await again.people.list()).toEqual(await store.people.list());
    expect(await again.audit.head()).toEqual(before);
    expect(await again.audit.after(0, 100)).toEqual(await store.audit.after(0, 30));
    await new Audit(again).record(entry('Ada'));
    const { status, said } = command(restored, 'audit:verify');
    expect({ status, said }).toEqual({
      status: 0,
      said: expect.stringMatching(
        /^31 records, chain whole, head [0-9a-f]{64} at number 31\n$/,
      ) as string,
    });
  });

  test('a backup never writes over a file, and leaves none behind when it fails', async () => {
    const settings = await make.fresh();
    await make.open(settings);
    const file = path.join(folder, `${database}-again.backup`);
    expect(command(settings, 'backup', file).status).toBe(0);
    const content = readFileSync(file);
    expect(command(settings, 'backup', file)).toMatchObject({
      status: 1,
      said: expect.stringContaining('EEXIST') as string,
    });
    expect(readFileSync(file).equals(content)).toBe(true);
    const lost =
      database === 'SQLite'
        ? { ...settings, folder: path.join(folder, 'nowhere') }
        : { ...settings, url: settings.url.replace(/\d+\//, '9/') };
    const other = path.join(folder, `${database}-lost.backup`);
    const failed = command(lost, 'backup', other);
    expect(failed.status).toBe(1);
    expect(failed.said).not.toContain('    at ');
    expect(failed.said).not.toContain('correct%20horse');
    expect(() => statSync(other)).toThrow('ENOENT');
  });

  test('the proof runs beside the server, and names the first record that is wrong', async () => {
    const settings = await make.fresh();
    const store = await make.open(settings);
    await fill(store);
    const { number, hash } = await store.audit.head();
    const noted = `${number}:${hash}`;
    expect(command(settings, 'audit:verify', '--head', noted)).toEqual({
      status: 0,
      said: `30 records, chain whole, head ${hash} at number 30\n`,
    });
    await execute(settings, 'update audit set at = at + 1 where number = 17');
    expect(command(settings, 'audit:verify', '--head', noted)).toEqual({
      status: 1,
      said: 'The audit is not whole. Record 17: it does not follow from the record before it.\n',
    });
    expect(command(settings, 'audit:verify', '--head', '30')).toMatchObject({
      status: 1,
      said: expect.stringContaining('NUMBER:HASH') as string,
    });
  });
});
