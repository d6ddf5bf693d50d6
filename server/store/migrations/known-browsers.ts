/** Guesses from elsewhere must not lock an account's owner out, and a code must not work twice. */
import type { Kysely } from 'kysely';

/**
 * Browsers from which people have come in; and the step of each person's last code, so that a code is good
 * once on all servers and after a restart.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('known_browsers')
    .addColumn('person_id', 'text', (column) =>
      column.notNull().references('people.id').onDelete('cascade'),
    )
    .addColumn('token_hash', 'text', (column) => column.notNull())
    .addColumn('seen_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('known_browsers_key', ['person_id', 'token_hash'])
    .execute();
  await db.schema
    .createIndex('known_browsers_token_hash')
    .on('known_browsers')
    .column('token_hash')
    .execute();
  await db.schema.alterTable('people').addColumn('totp_step', 'bigint').execute();
}
