/** Before all tests of a run: starts the PostgreSQL that `TEST_STORE=postgres` asks for (test-store.ts). */
import { startPostgres } from './postgres.ts';
import { isPostgresAsked, serverVariable } from './test-store.ts';

/** @returns what ends it after the last test; several projects of one run share it */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (!isPostgresAsked(process.env) || process.env[serverVariable] !== undefined) return undefined;
  const postgres = await startPostgres();
  process.env[serverVariable] = postgres.url;
  return () => postgres.stop();
}
