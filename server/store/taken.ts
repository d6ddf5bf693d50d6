/** The database alone can say that a name is taken when two ask at once; this makes a refusal of its error. */
import { RefusedError } from '../contract/errors.ts';

/** Does `work`, and turns its breach of a unique constraint into a refusal with this sentence. */
export async function orTaken<T>(work: Promise<T>, sentence: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    // Of PostgreSQL and of SQLite.
    if (code === '23505' || code === 'SQLITE_CONSTRAINT_UNIQUE') {
      throw new RefusedError('name-taken', sentence);
    }
    throw error;
  }
}
