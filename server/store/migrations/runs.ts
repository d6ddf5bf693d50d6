/** Several servers may share a store, and one of them may crash. */
import type { Kysely } from 'kysely';

/**
 * The servers that run on this store, and what is being watched and filmed through each; and the number of
 * changes, by which they hear of each other's.
 */
export async function up(db: Kysely<{ changes: object }>): Promise<void> {
  await db.schema
    .createTable('runs')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('machine', 'text', (column) => column.notNull())
    .addColumn('process', 'text', (column) => column.notNull())
    .addColumn('started_at', 'bigint', (column) => column.notNull())
    .addColumn('seen_at', 'bigint', (column) => column.notNull())
    .addColumn('beats', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('open_parts')
    .addColumn('run', 'text', (column) => column.notNull())
    .addColumn('part', 'text', (column) => column.notNull())
    .addColumn('began_at', 'bigint', (column) => column.notNull())
    .addColumn('entry', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('open_parts_key', ['run', 'part'])
    .execute();
  await db.schema
    .createTable('changes')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('number', 'bigint', (column) => column.notNull())
    .execute();
  await db.insertInto('changes').values({ id: 1, number: 0 }).execute();
}
