/** A copy of the store while the server runs. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, fsyncSync, openSync, rmSync } from 'node:fs';
import path from 'node:path';
import Database from 'libsql';
import type { Settings } from '../config.ts';
import { StartupError } from '../startup-error.ts';
import { withoutPassword } from './postgres.ts';
import { sqliteFile } from './sqlite.ts';
import { isPostgres, storeFolder } from './store.ts';

/**
 * Writes the store into a new file, which this user alone may read: an SQLite database of the same form,
 * or what PostgreSQL's psql takes.
 * @throws StartupError with a sentence for the administrator
 */
export async function backUp({ url, folder }: Settings['store'], file: string): Promise<void> {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    throw new StartupError(`The backup cannot be written: ${(error as Error).message}.`);
  }
  try {
    if (isPostgres(url)) await dump(url, file);
    else vacuumInto(path.join(storeFolder(folder), sqliteFile), file);
    sync(file);
  } catch (error) {
    rmSync(file);
    throw error;
  }
}

/** SQLite's own way: one moment of the database, compact, while others write. */
function vacuumInto(source: string, file: string): void {
  if (!existsSync(source)) throw new StartupError(`There is no store to back up: ${source}.`);
  const database = new Database(source);
  try {
    // Without prepared statements, which would keep the file open (sqlite-child.mjs).
    database.exec('pragma busy_timeout = 5000');
    database.exec(`vacuum into '${file.replaceAll("'", "''")}'`);
  } finally {
    database.close();
  }
}

async function dump(url: string, file: string): Promise<void> {
  const args = ['--no-owner', '--no-privileges', '--file', file, '--dbname', withoutPassword(url)];
  const password = decodeURIComponent(new URL(url).password);
  // In the environment, since everyone on the machine can list arguments.
  const env = { ...process.env, ...(password ? { PGPASSWORD: password } : {}) };
  const child = spawn('pg_dump', args, { env, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = (await once(child, 'close').catch((error: unknown) => {
    const reason = (error as Error).message;
    throw new StartupError(
      `pg_dump cannot be started (${reason}): sudo apt-get install postgresql-client`,
    );
  })) as [number | null];
  if (code !== 0) throw new StartupError('pg_dump has failed: see its message above.');
}

function sync(file: string): void {
  const descriptor = openSync(file, 'r+');
  fsyncSync(descriptor);
  closeSync(descriptor);
}
