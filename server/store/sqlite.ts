/** SQLite in a file of this machine: the store when no other is named. */
import { chmodSync, existsSync, mkdirSync, openSync, closeSync } from 'node:fs';
import path from 'node:path';
import {
  CompiledQuery,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type Dialect,
  type SqliteDialectConfig,
  type TransactionSettings,
} from 'kysely';
import Database from 'libsql';
import { StartupError } from '../startup-error.ts';

export const sqliteFile = 'surveillance.db';

/** How long a statement waits for another process that writes, ms. */
const longestWait = 5000;

/**
 * @param readOnly for a second program beside the server
 * @throws StartupError when the folder or the file cannot be used
 */
export function sqlite(folder: string, readOnly: boolean): Dialect {
  const file = path.join(folder, sqliteFile);
  if (readOnly && !existsSync(file)) {
    throw new StartupError(`There is no store yet: ${file} is made by the first start.`);
  }
  try {
    if (!readOnly) prepare(folder, file);
    return new Sqlite({ database: connect(file, readOnly) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartupError(
      `The setting store.folder is not usable: ${file} cannot be opened (${reason}).`,
    );
  }
}

/** Nobody but this user may look into the folder, nor into the file should it be moved elsewhere. */
function prepare(folder: string, file: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
}

function connect(file: string, readOnly: boolean): SqliteDialectConfig['database'] {
  const database = new Database(file);
  const pragmas = [
    `busy_timeout = ${longestWait}`,
    ...(readOnly ? ['query_only = ON'] : ['journal_mode = WAL']),
    // Each commit reaches the disk before it is acknowledged.
    'synchronous = FULL',
    'foreign_keys = ON',
  ];
  try {
    for (const pragma of pragmas) database.pragma(pragma);
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    close: () => void database.close(),
    prepare: (text) => database.prepare(text),
  } as Awaited<SqliteDialectConfig['database']> & object;
}

class Sqlite extends SqliteDialect {
  readonly #config: SqliteDialectConfig;

  constructor(config: SqliteDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver(): ImmediateDriver {
    return new ImmediateDriver(this.#config);
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

/** A transaction that is to write takes the lock at once, as it cannot wait for it once it has read. */
class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(
    connection: DatabaseConnection,
    settings?: TransactionSettings,
  ): Promise<void> {
    const begin = settings?.accessMode === 'read only' ? 'begin' : 'begin immediate';
    await connection.executeQuery(CompiledQuery.raw(begin));
  }
}
