/** Plans of the site, with their pictures. */
import type { Kysely } from 'kysely';

/** A picture is kept as Base64, which both databases and the process of SQLite take alike. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('plans')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('name_key', 'text', (column) => column.notNull().unique())
    .addColumn('zones', 'text', (column) => column.notNull())
    .addColumn('version', 'bigint', (column) => column.notNull())
    .addColumn('picture_hash', 'text')
    .addColumn('picture_type', 'text')
    .addColumn('picture', 'text')
    .execute();
}
