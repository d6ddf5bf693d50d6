/** What happened to zones, cameras, gateways and nodes, answered by operators; and shifts that were handed over. */
import type { Kysely } from 'kysely';

/** An `id` begins with its time, so that one order serves pages and retention. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('happenings')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('content', 'text', (column) => column.notNull())
    .addColumn('version', 'bigint', (column) => column.notNull())
    .addColumn('changed_at', 'bigint', (column) => column.notNull())
    .addColumn('acknowledged', 'text')
    .addColumn('note', 'text')
    .execute();
  await db.schema.createIndex('happenings_changed').on('happenings').column('changed_at').execute();
  await db.schema
    .createTable('handovers')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('content', 'text', (column) => column.notNull())
    .addColumn('confirmed', 'text')
    .execute();
}
