/** Moments of zones that somebody has marked: they are happenings that have an owner. */
import type { Kysely } from 'kysely';

/** Null for what no person has made, as for all of an older version. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('happenings').addColumn('marked_by', 'text').execute();
  await db.schema
    .createIndex('happenings_marked')
    .on('happenings')
    .columns(['marked_by', 'id'])
    .execute();
}
