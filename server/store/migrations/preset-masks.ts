/** Cameras that move have masks for each place at which they stand. */
import type { Kysely } from 'kysely';

/** JSON; null where there are none. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('zones').addColumn('preset_masks', 'text').execute();
}
