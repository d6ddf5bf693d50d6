/** SQLite in a file of this machine: the store when no other is named. */
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { SqliteAdapter, SqliteDialect, type Dialect } from 'kysely';
import { StartupError } from '../startup-error.ts';
import { reasonOf } from './failure.ts';
import { SqliteProcessDriver, type SqliteOptions } from './sqlite-driver.ts';
import type { DatabaseUse } from './use.ts';

export const sqliteFile = 'surveillance.db';

/** How long a statement waits for another program that writes, ms. */
const longestWait = 1500;
/** How long an answer may take in all, ms; after that the connection is given up. */
const deadline = 4000;

/** @throws StartupError when the folder or the file cannot be used */
export function sqlite(folder: string, { readOnly, patient }: DatabaseUse): Dialect {
  const file = path.join(folder, sqliteFile);
  if (readOnly && !existsSync(file)) {
    throw new StartupError(`There is no store yet: ${file} is made by the first start.`);
  }
  if (!readOnly) prepare(folder, file);
  const reading = [`busy_timeout = ${longestWait}`, 'query_only = ON'];
  if (readOnly) return new Sqlite({ file, pragmas: reading, deadline: Infinity });
  const writing = [
    `busy_timeout = ${patient ? 10_000 : longestWait}`,
    'journal_mode = WAL',
    // Each commit reaches the disk before it is acknowledged.
    'synchronous = FULL',
    'foreign_keys = ON',
  ];
  return patient
    ? new Sqlite({ file, pragmas: writing, deadline: Infinity })
    : new Sqlite({ file, pragmas: writing, readingPragmas: reading, deadline });
}

/** A sentence for whoever starts a program. */
export function unusable(folder: string, error: unknown): StartupError {
  const file = path.join(folder, sqliteFile);
  return new StartupError(
    `The setting store.folder is not usable: ${file} cannot be opened (${reasonOf(error)}).`,
    error,
  );
}

/**
 * Nobody but this user may look into the folder, also into one that was there already, nor into the files
 * should they be moved elsewhere; SQLite gives its other files the mode of the first.
 */
function prepare(folder: string, file: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    shut(folder);
    closeSync(openSync(file, 'a', 0o600));
    for (const name of [file, `${file}-wal`, `${file}-shm`]) {
      if (existsSync(name)) chmodSync(name, 0o600);
    }
  } catch (error) {
    throw unusable(folder, error);
  }
}

/** Takes a folder from others that holds the store only; what else is in one may be theirs to read. */
function shut(folder: string): void {
  if ((statSync(folder).mode & 0o077) === 0) return;
  const more = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'lost+found')
    .map(({ name }) => name);
  if (more.length === 0) return chmodSync(folder, 0o700);
  throw new Error(
    `others may look into the folder, and it holds more than the store, such as ${more[0]}: name a folder of its own`,
  );
}

class Sqlite extends SqliteDialect {
  readonly #options: SqliteOptions;

  constructor(options: SqliteOptions) {
    super({ database: () => Promise.reject(new Error('the driver opens it')) });
    this.#options = options;
  }

  override createDriver() {
    return new SqliteProcessDriver(this.#options);
  }

  override createAdapter(): TransactionalAdapter {
    return new TransactionalAdapter();
  }
}

/** Migrations run whole or not at all: SQLite can do that, although kysely does not take it for granted. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}
