/** A limit can be set for each key and zone, where one for all does not fit. */
import type { Kysely } from 'kysely';

/** How much cameras may send, bit/s; null where a key or zone says nothing. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of ['keys', 'zones']) {
    await db.schema.alterTable(table).addColumn('max_bitrate', 'bigint').execute();
  }
}
