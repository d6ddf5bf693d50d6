/** The database of accounts, keys, zones and the audit: SQLite by default, or PostgreSQL. */
import path from 'node:path';
import { Kysely, type Dialect } from 'kysely';
import type { Logger } from 'pino';
import { projectFolder, type Settings } from '../config.ts';
import { StartupError } from '../startup-error.ts';
import { AuditRecords } from './audit.ts';
import { Facts } from './facts.ts';
import { TransactionGuard } from './guard.ts';
import { Keys } from './keys.ts';
import { migrate } from './migrations/migrate.ts';
import { People } from './people.ts';
import { postgres } from './postgres.ts';
import { SignIns } from './sign-ins.ts';
import { sqlite } from './sqlite.ts';
import type { Tables } from './tables.ts';
import { Zones } from './zones.ts';

/** One repository per kind of record; the same inside a transaction as outside. */
export interface Records {
  readonly people: People;
  readonly signIns: SignIns;
  readonly keys: Keys;
  readonly zones: Zones;
  readonly facts: Facts;
  readonly audit: AuditRecords;
}

export interface Store extends Records {
  /**
   * All that `work` changes, or nothing when it throws. It uses the records that it is given; the
   * store itself refuses it until the end.
   */
  transaction<T>(work: (records: Records) => Promise<T>): Promise<T>;
  /** Reads that all see the same moment. */
  snapshot<T>(work: (records: Records) => Promise<T>): Promise<T>;
  /** Whether the caller runs inside one of these two. */
  readonly inTransaction: boolean;
  close(): Promise<void>;
}

/**
 * Opens the database, and brings it to the form of this version.
 * @param how `readOnly` for a program beside the server: it changes nothing, not even the form
 * @throws StartupError with a sentence for the administrator
 */
export async function openStore(
  settings: Settings['store'],
  { readOnly = false, log }: { readOnly?: boolean; log?: Logger } = {},
): Promise<Store> {
  const guard = new TransactionGuard();
  const dialect = guard.watch(await dialectOf(settings, readOnly, log));
  const db = new Kysely<Tables>({ dialect });
  try {
    await migrate(db, !readOnly);
  } catch (error) {
    await db.destroy();
    if (error instanceof StartupError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartupError(`The database of the store cannot be used: ${reason}.`);
  }
  return {
    ...recordsOf(db),
    transaction: (work) =>
      db.transaction().execute((inside) => guard.run(() => work(recordsOf(inside)))),
    snapshot: (work) =>
      snapshotOf(db, isPostgres(settings.url)).execute((inside) =>
        guard.run(() => work(recordsOf(inside))),
      ),
    get inTransaction() {
      return guard.inside;
    },
    close: () => db.destroy(),
  };
}

/** Whether the setting names a server; empty is SQLite. */
export function isPostgres(url: string): boolean {
  if (url === '') return false;
  if (/^postgres(ql)?:\/\//.test(url)) return true;
  throw new StartupError(
    'The setting store.url is not usable: it is neither empty nor begins with postgres://.',
  );
}

/** The folder of SQLite's file; a relative one is in the project's folder. */
export function storeFolder(folder: string): string {
  return path.resolve(projectFolder, folder);
}

async function dialectOf(
  { url, folder }: Settings['store'],
  readOnly: boolean,
  log?: Logger,
): Promise<Dialect> {
  return isPostgres(url) ? postgres(url, readOnly, log) : sqlite(storeFolder(folder), readOnly);
}

function snapshotOf(db: Kysely<Tables>, isolated: boolean) {
  const reading = db.transaction().setAccessMode('read only');
  // SQLite knows no other isolation.
  return isolated ? reading.setIsolationLevel('repeatable read') : reading;
}

function recordsOf(db: Kysely<Tables>): Records {
  return {
    people: new People(db),
    signIns: new SignIns(db),
    keys: new Keys(db),
    zones: new Zones(db),
    facts: new Facts(db),
    audit: new AuditRecords(db),
  };
}
