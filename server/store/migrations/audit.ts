/** The audit's table, chained by hashes, with its head in a row of its own to lock. */
import { sql, type Kysely } from 'kysely';

/** The audit's records, and the one row that says which is the newest. */
export async function up(db: Kysely<{ audit_head: object }>): Promise<void> {
  await db.schema
    .createTable('audit')
    .addColumn('number', 'bigint', (column) => column.primaryKey())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('action', 'text')
    .addColumn('actor', 'text')
    .addColumn('zone', 'text')
    .addColumn('content', 'text')
    .addColumn('content_hash', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .execute();
  // Only of records that still have content: nothing else is searched for, and blank ones pile up.
  for (const columns of [
    ['kind', 'at'],
    ['zone', 'number'],
  ]) {
    await db.schema
      .createIndex(`audit_${columns[0]}`)
      .on('audit')
      .columns(columns)
      .where(sql.ref('content'), 'is not', null)
      .execute();
  }
  await db.schema
    .createTable('audit_head')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('number', 'bigint', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .execute();
  await db
    .insertInto('audit_head')
    .values({ id: 1, number: 0, hash: '0'.repeat(64) })
    .execute();
}
