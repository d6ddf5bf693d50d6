/** Which zones were filmed, and when: one row a zone, written at the begin, at the end and now and then between. */
import { sql, type Kysely } from 'kysely';
import type { FilmedZone } from '../zones/filmed.ts';
import type { Tables } from './tables.ts';

/** Rows of one statement: SQLite takes 32,766 parameters, PostgreSQL 65,535. */
const atOnce = 1000;

/** Filmed for as long, a zone stays before all that were there for a moment only, ms. */
const established = 3_600_000;

export class FilmedZoneRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async list(): Promise<FilmedZone[]> {
    const rows = await this.#db.selectFrom('filmed_zones').selectAll().execute();
    return rows.map(({ zone, first_at: first, last_at: last }) => ({
      zone,
      first: Number(first),
      last: Number(last),
    }));
  }

  /** Takes up what was seen; the earliest first time and the latest last one are kept. */
  async note(zones: readonly FilmedZone[]): Promise<void> {
    for (let at = 0; at < zones.length; at += atOnce) {
      const rows = zones.slice(at, at + atOnce);
      await this.#db
        .insertInto('filmed_zones')
        .values(rows.map(({ zone, first, last }) => ({ zone, first_at: first, last_at: last })))
        .onConflict((conflict) =>
          conflict.column('zone').doUpdateSet({
            first_at: lower('first_at'),
            last_at: higher('last_at'),
          }),
        )
        .execute();
    }
  }

  /** @returns whether it was there */
  async remove(zone: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('filmed_zones')
      .where('zone', '=', zone)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  /**
   * Removes those not filmed since a time, and of more than `most` those that were there for a moment, then those that
   * were not filmed for longest: so names that somebody makes up push out no zone that was filmed for an hour.
   */
  async prune(since: number, most: number): Promise<void> {
    await this.#db.deleteFrom('filmed_zones').where('last_at', '<', since).execute();
    await this.#db
      .deleteFrom('filmed_zones')
      .where('zone', 'not in', (of) =>
        of
          .selectFrom('filmed_zones')
          .select('zone')
          .orderBy(sql`case when last_at - first_at >= ${established} then 1 else 0 end`, 'desc')
          .orderBy('last_at', 'desc')
          .orderBy('zone')
          .limit(most),
      )
      .execute();
  }
}

const lower = (column: 'first_at') => sql<number>`case when excluded.${sql.ref(column)} <
  filmed_zones.${sql.ref(column)} then excluded.${sql.ref(column)} else filmed_zones.${sql.ref(column)} end`;
const higher = (column: 'last_at') => sql<number>`case when excluded.${sql.ref(column)} >
  filmed_zones.${sql.ref(column)} then excluded.${sql.ref(column)} else filmed_zones.${sql.ref(column)} end`;
