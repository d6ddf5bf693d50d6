/** Brings a database to the form that this program knows; the same steps for SQLite and PostgreSQL. */
import { Migrator, type Kysely, type Migration } from 'kysely';
import { StartupError } from '../../startup-error.ts';
import type { Tables } from '../tables.ts';
import * as access from './access.ts';
import * as audit from './audit.ts';
import * as bitRates from './bit-rates.ts';
import * as knownBrowsers from './known-browsers.ts';
import * as runs from './runs.ts';
import * as signOns from './sign-ons.ts';

/** Names are kept in the database: never change one, and add new ones at the end. */
const migrations: Record<string, Migration> = {
  '001-access': access,
  '002-audit': audit,
  '004-bit-rates': bitRates,
  '005-known-browsers': knownBrowsers,
  '006-runs': runs,
  '007-sign-ons': signOns,
};

/**
 * Looks whether a database has the form that this program knows.
 * @param change whether it may be brought there
 * @throws StartupError when a newer program has changed it, or when it would have to be changed and may not
 */
export async function checkForm(db: Kysely<Tables>, change: boolean): Promise<'current' | 'older'> {
  const executed = await executedMigrations(db);
  const unknown = executed.find((name) => !(name in migrations));
  if (unknown !== undefined) {
    throw new StartupError(
      `The database of the store has been changed by a newer version of this program (${unknown}): start that one, or restore the backup made before the upgrade.`,
    );
  }
  if (executed.length === Object.keys(migrations).length) return 'current';
  if (change) return 'older';
  throw new StartupError(
    'The database of the store is not of this version yet: start the server once, which changes it.',
  );
}

export async function migrate(db: Kysely<Tables>): Promise<void> {
  const provider = { getMigrations: () => Promise.resolve(migrations) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error !== undefined) throw error;
}

async function executedMigrations(db: Kysely<Tables>): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === 'kysely_migration')) return [];
  const untyped = db as unknown as Kysely<{ kysely_migration: { name: string } }>;
  const rows = await untyped.selectFrom('kysely_migration').select('name').execute();
  return rows.map(({ name }) => name);
}
