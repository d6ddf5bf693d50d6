/** Rights that are withdrawn at the provider are to end here too. */
import type { Kysely } from 'kysely';

/** What sign-ins by a single sign-on stand on, to ask the provider again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('sign_ons')
    .addColumn('sign_in_id', 'text', (column) =>
      column.primaryKey().references('sign_ins.id').onDelete('cascade'),
    )
    .addColumn('person_id', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('refresh_token', 'text')
    .addColumn('checked_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('sign_ons_checked_at').on('sign_ons').column('checked_at').execute();
}
