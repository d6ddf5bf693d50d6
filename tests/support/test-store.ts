/**
 * The store of servers for which a test names none. `TEST_STORE=postgres npm test` gives each a new database of one
 * PostgreSQL that runs beside all tests; otherwise it is SQLite's file.
 */
import { dropDatabase, makeDatabase } from './database.ts';

export interface TestStore {
  /** Empty for SQLite. */
  readonly url: string;
  forget(): Promise<void>;
}

/** Where the PostgreSQL is, for all processes of a run. */
export const serverVariable = 'TEST_STORE_SERVER';

/** @throws Error when another store is asked for than these two */
export function isPostgresAsked({ TEST_STORE: asked = 'sqlite' }: NodeJS.ProcessEnv): boolean {
  if (asked !== 'sqlite' && asked !== 'postgres') {
    throw new Error(`TEST_STORE is sqlite or postgres, not ${asked}`);
  }
  return asked === 'postgres';
}

export async function freshStore(): Promise<TestStore> {
  if (!isPostgresAsked(process.env)) return { url: '', forget: () => Promise.resolve() };
  const server = process.env[serverVariable];
  if (server === undefined) throw new Error('TEST_STORE=postgres is for tests that vitest runs');
  const url = await makeDatabase(server);
  return { url, forget: () => dropDatabase(server, url) };
}
