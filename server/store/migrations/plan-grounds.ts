/** A plan stands on a picture of its own, or on the city's map. */
import type { Kysely } from 'kysely';

/** All plans until now are pictures, and so are those that an older version adds. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('plans')
    .addColumn('ground', 'text', (column) => column.notNull().defaultTo('picture'))
    .execute();
}
