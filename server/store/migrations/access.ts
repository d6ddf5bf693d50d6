/** The first step of the schema, which every later one builds on. */
import type { Kysely } from 'kysely';

/** People, what they may do, their sign-ins; keys of cameras and walls; zones; facts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('people')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('name_key', 'text', (column) => column.notNull().unique())
    .addColumn('password_hash', 'text')
    .addColumn('totp_secret', 'text')
    .addColumn('issuer', 'text')
    .addColumn('subject', 'text')
    .addColumn('disabled', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('last_sign_in', 'bigint')
    .addUniqueConstraint('people_issuer_subject', ['issuer', 'subject'])
    .execute();
  await db.schema
    .createTable('person_grants')
    .addColumn('person_id', 'text', (column) =>
      column.notNull().references('people.id').onDelete('cascade'),
    )
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('zones', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('person_grants_key', ['person_id', 'role', 'zones'])
    .execute();
  await db.schema
    .createTable('keys')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('zones', 'text', (column) => column.notNull())
    .addColumn('secret_hash', 'text', (column) => column.notNull().unique())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('last_used', 'bigint')
    .execute();
  await db.schema
    .createTable('enrolments')
    .addColumn('token_hash', 'text', (column) => column.primaryKey())
    .addColumn('key_id', 'text', (column) =>
      column.notNull().references('keys.id').onDelete('cascade'),
    )
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('sign_ins')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('token_hash', 'text', (column) => column.notNull().unique())
    .addColumn('person_id', 'text', (column) => column.references('people.id').onDelete('cascade'))
    .addColumn('key_id', 'text', (column) => column.references('keys.id').onDelete('cascade'))
    .addColumn('address', 'text', (column) => column.notNull())
    .addColumn('agent', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('last_seen', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .execute();
  for (const [table, column] of [
    ['sign_ins', 'person_id'],
    ['sign_ins', 'key_id'],
    ['enrolments', 'key_id'],
  ] as const) {
    await db.schema.createIndex(`${table}_${column}`).on(table).column(column).execute();
  }
  await db.schema
    .createTable('zones')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('listed', 'integer', (column) => column.notNull())
    .addColumn('notice', 'text')
    .addColumn('masks', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('facts')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute();
}
