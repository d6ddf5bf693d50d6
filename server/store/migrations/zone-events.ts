/** Cameras notice things by themselves, and what they noticed is looked up by zone. */
import type { Kysely } from 'kysely';

/** Events of zones; an `id` begins with their time, so that one order serves pages and retention. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('zone_events')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('zone', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('zone_events_zone')
    .on('zone_events')
    .columns(['zone', 'id'])
    .execute();
}
