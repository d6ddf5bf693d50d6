/** Brings a database to the form that this program knows; the same steps for SQLite and PostgreSQL. */
import { Migrator, type Kysely, type Migration } from 'kysely';
import { StartupError } from '../../startup-error.ts';
import type { Tables } from '../tables.ts';
import * as access from './access.ts';
import * as audit from './audit.ts';
import * as bitRates from './bit-rates.ts';
import * as bookmarks from './bookmarks.ts';
import * as filmedZones from './filmed-zones.ts';
import * as gateways from './gateways.ts';
import * as happenings from './happenings.ts';
import * as invitations from './invitations.ts';
import * as knownBrowsers from './known-browsers.ts';
import * as planGrounds from './plan-grounds.ts';
import * as presetMasks from './preset-masks.ts';
import * as runs from './runs.ts';
import * as signOns from './sign-ons.ts';
import * as plans from './plans.ts';
import * as views from './views.ts';
import * as zoneEvents from './zone-events.ts';

/**
 * Names are kept in the database: never change one, and add new ones at the end. Two neighbouring versions may run on one
 * database, as while nodes are upgraded one by one. So a change that an older version can work with, since it only adds, has
 * a name that ends in `-adds`; any other waits until no older server is left.
 */
export const migrations: Record<string, Migration> = {
  '001-access': access,
  '002-audit': audit,
  '004-bit-rates': bitRates,
  '005-known-browsers': knownBrowsers,
  '006-runs': runs,
  '007-sign-ons': signOns,
  '008-gateways-adds': gateways,
  '009-zone-events-adds': zoneEvents,
  '010-preset-masks-adds': presetMasks,
  '011-views-adds': views,
  '012-plans-adds': plans,
  '013-happenings-adds': happenings,
  '014-filmed-zones-adds': filmedZones,
  '015-invitations-adds': invitations,
  '016-plan-grounds-adds': planGrounds,
  '017-bookmarks-adds': bookmarks,
};
const addsOnly = (name: string): boolean => name.endsWith('-adds');

/** A server that gave no sign of life for this time uses the database no more, ms. */
const goneAfter = 60_000;

/**
 * Looks whether a database has the form that this program knows.
 * @param change whether it may be brought there
 * @param known the changes that this program knows, by name
 * @throws StartupError when a newer program has changed it so that this one cannot use it, or when it would have to be
 *   changed and may not
 */
export async function checkForm(
  db: Kysely<Tables>,
  change: boolean,
  known = migrations,
): Promise<'current' | 'older'> {
  const executed = await executedMigrations(db);
  const unusable = executed.find((name) => !(name in known) && !addsOnly(name));
  if (unusable !== undefined) {
    throw new StartupError(
      `The database of the store has been changed by a newer version of this program (${unusable}): start that one, or restore the backup made before the upgrade.`,
    );
  }
  const missing = Object.keys(known).filter((name) => !executed.includes(name));
  if (missing.length === 0) return 'current';
  if (!change) {
    throw new StartupError(
      'The database of the store is not of this version yet: start the server once, which changes it.',
    );
  }
  if (executed.includes('007-sign-ons') && !missing.every(addsOnly)) await requireUnused(db);
  return 'older';
}

export async function migrate(db: Kysely<Tables>): Promise<void> {
  const provider = { getMigrations: () => Promise.resolve(migrations) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error !== undefined) throw error;
}

/** @throws StartupError while servers of an older version use the database */
async function requireUnused(db: Kysely<Tables>): Promise<void> {
  const runs = await db.selectFrom('runs').select('seen_at').execute();
  const living = runs.filter(({ seen_at: seen }) => Number(seen) > Date.now() - goneAfter);
  if (living.length === 0) return;
  throw new StartupError(
    `The database of the store has to be changed in a way that older versions cannot work with, and ${living.length} of them ran within the last minute: stop them, and start this one again.`,
  );
}

async function executedMigrations(db: Kysely<Tables>): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === 'kysely_migration')) return [];
  const untyped = db as unknown as Kysely<{ kysely_migration: { name: string } }>;
  const rows = await untyped.selectFrom('kysely_migration').select('name').execute();
  return rows.map(({ name }) => name);
}
