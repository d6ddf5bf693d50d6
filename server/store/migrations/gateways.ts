/** Cameras that are no browsers come by gateways, and some of them are set in the console. */
import type { Kysely } from 'kysely';

/** Gateways that were seen, each with the key that it signs in with, and the cameras that are set for them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('gateways')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('key_id', 'text', (column) => column.notNull())
    .addColumn('key_name', 'text', (column) => column.notNull())
    .addColumn('version', 'text', (column) => column.notNull())
    .addColumn('address', 'text', (column) => column.notNull())
    .addColumn('last_seen', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('site_cameras')
    .addColumn('gateway', 'text', (column) =>
      column.notNull().references('gateways.name').onDelete('cascade'),
    )
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('settings', 'text', (column) => column.notNull())
    .addColumn('sealed', 'text')
    .addPrimaryKeyConstraint('site_cameras_key', ['gateway', 'name'])
    .execute();
}
