/** The database of accounts, keys, zones and the audit: SQLite by default, or PostgreSQL. */
import path from 'node:path';
import { Kysely, sql, type Dialect } from 'kysely';
import { projectFolder, type Settings } from '../config.ts';
import { StartupError } from '../startup-error.ts';
import type { Trouble } from '../health.ts';
import { AuditRepository } from './audit-repository.ts';
import { connectionLimitOf } from './connection-limit.ts';
import { DatabaseHealth, type StoreWatch } from './database-health.ts';
import { reasonOf } from './failure.ts';
import { FactRepository } from './fact-repository.ts';
import { TransactionGuard } from './guard.ts';
import { GatewayRepository } from './gateway-repository.ts';
import { KeyRepository } from './key-repository.ts';
import { KnownBrowserRepository } from './known-browser-repository.ts';
import { checkForm, migrate } from './migrations/migrate.ts';
import { NewsRepository } from './news-repository.ts';
import { PlanRepository } from './plan-repository.ts';
import { PersonRepository } from './person-repository.ts';
import { postgres } from './postgres.ts';
import type { DatabaseUse } from './use.ts';
import { RunRepository } from './run-repository.ts';
import { SignInRepository } from './sign-in-repository.ts';
import { SignOnRepository } from './sign-on-repository.ts';
import { sqlite, unusable } from './sqlite.ts';
import type { Tables } from './tables.ts';
import { ViewRepository } from './view-repository.ts';
import { watched } from './watched-driver.ts';
import { ZoneEventRepository } from './zone-event-repository.ts';
import { ZoneRepository } from './zone-repository.ts';

/** One repository per kind of record; the same inside a transaction as outside. */
export interface Records {
  readonly people: PersonRepository;
  readonly signIns: SignInRepository;
  readonly signOns: SignOnRepository;
  readonly keys: KeyRepository;
  readonly knownBrowsers: KnownBrowserRepository;
  readonly zones: ZoneRepository;
  readonly zoneEvents: ZoneEventRepository;
  readonly gateways: GatewayRepository;
  readonly views: ViewRepository;
  readonly plans: PlanRepository;
  readonly facts: FactRepository;
  readonly audit: AuditRepository;
  readonly runs: RunRepository;
  readonly news: NewsRepository;
}

/** Where the database is; the connections to PostgreSQL where it is not the usual number. */
export type StoreSettings = Pick<Settings['store'], 'url' | 'folder'> &
  Partial<Pick<Settings['store'], 'connections'>>;

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
  /** What the database's own clock says, ms since the epoch. */
  time(): Promise<number>;
  /** Whether the database is a file of this machine. */
  readonly local: boolean;
  /** How many connections PostgreSQL takes of all servers together. */
  connectionLimit(): Promise<number>;
  /** What keeps the database from being used now. */
  readonly trouble: Trouble | undefined;
  close(): Promise<void>;
}

/**
 * Opens the database, and brings it to the form of this version.
 * @param how `readOnly` for a program beside the server: it changes nothing, not even the form
 * @throws StartupError with a sentence for the administrator
 */
export async function openStore(
  settings: StoreSettings,
  { readOnly = false, ...watch }: { readOnly?: boolean } & StoreWatch = {},
): Promise<Store> {
  const guard = new TransactionGuard();
  const health = new DatabaseHealth(watch);
  const open = async (patient: boolean): Promise<Kysely<Tables>> => {
    const dialect = await dialectOf(settings, { readOnly, patient });
    return new Kysely<Tables>({ dialect: watched(dialect, guard, health) });
  };
  const db = await inForm(settings, open, readOnly);
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
    time: () => (isPostgres(settings.url) ? timeOf(db) : Promise.resolve(Date.now())),
    local: !isPostgres(settings.url),
    connectionLimit: () => connectionLimitOf(db),
    get trouble() {
      return health.trouble;
    },
    close: () => db.destroy(),
  };
}

/**
 * Opens the database, in the form of this version. Bringing it there takes as long as it takes, so that is
 * done over connections of its own.
 */
async function inForm(
  settings: StoreSettings,
  open: (patient: boolean) => Promise<Kysely<Tables>>,
  readOnly: boolean,
): Promise<Kysely<Tables>> {
  const trying = async <T>(patient: boolean, work: (db: Kysely<Tables>) => Promise<T>) => {
    const db = await open(patient);
    try {
      return { db, outcome: await work(db) };
    } catch (error) {
      await db.destroy();
      throw startupErrorOf(error, settings);
    }
  };
  const first = await trying(false, (db) => checkForm(db, !readOnly));
  if (first.outcome === 'current') return first.db;
  await first.db.destroy();
  await (await trying(true, migrate)).db.destroy();
  return open(false);
}

function startupErrorOf(error: unknown, { url, folder }: StoreSettings): StartupError {
  if (error instanceof StartupError) return error;
  if (!isPostgres(url)) return unusable(storeFolder(folder), error);
  return new StartupError(`The database of the store cannot be used: ${reasonOf(error)}.`, error);
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
  { url, folder, connections }: StoreSettings,
  use: DatabaseUse,
): Promise<Dialect> {
  return isPostgres(url) ? postgres(url, use, connections) : sqlite(storeFolder(folder), use);
}

async function timeOf(db: Kysely<Tables>): Promise<number> {
  const { time } = await db
    .selectNoFrom(sql<number>`extract(epoch from clock_timestamp()) * 1000`.as('time'))
    .executeTakeFirstOrThrow();
  return Number(time); // A numeric is text, as a double could not hold each of them.
}

function snapshotOf(db: Kysely<Tables>, isolated: boolean) {
  const reading = db.transaction().setAccessMode('read only');
  // SQLite knows no other isolation.
  return isolated ? reading.setIsolationLevel('repeatable read') : reading;
}

function recordsOf(db: Kysely<Tables>): Records {
  return {
    people: new PersonRepository(db),
    signIns: new SignInRepository(db),
    signOns: new SignOnRepository(db),
    keys: new KeyRepository(db),
    knownBrowsers: new KnownBrowserRepository(db),
    zones: new ZoneRepository(db),
    zoneEvents: new ZoneEventRepository(db),
    gateways: new GatewayRepository(db),
    views: new ViewRepository(db),
    plans: new PlanRepository(db),
    facts: new FactRepository(db),
    audit: new AuditRepository(db),
    runs: new RunRepository(db),
    news: new NewsRepository(db),
  };
}
