/** Repositories are used inside transactions and outside; kysely refuses to begin one within another. */
import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';

/** Several statements as one, in the transaction there is or else in one of their own. */
export function atomically<T>(
  db: Kysely<Tables>,
  work: (db: Kysely<Tables>) => Promise<T>,
): Promise<T> {
  return db.isTransaction ? work(db) : db.transaction().execute(work);
}
