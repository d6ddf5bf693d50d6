/** Runs tests against each database that the store can be in; what is missing here is skipped aloud. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CompiledQuery, Kysely } from 'kysely';
import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { postgres } from '../../server/store/postgres.ts';
import { sqlite } from '../../server/store/sqlite.ts';
import type { Tables } from '../../server/store/tables.ts';
import { openStore, type Store, type StoreSettings } from '../../server/store/store.ts';
import { postgresPrograms, startPostgres, type RunningPostgres } from './postgres.ts';

export type { StoreSettings };

export interface StoreMaker {
  /** Settings of a store that does not exist yet. */
  fresh(): Promise<StoreSettings>;
  /** Opened, and closed after the test. */
  open(settings?: StoreSettings): Promise<Store>;
}

export function describeStores(tests: (make: StoreMaker, name: string) => void): void {
  const folders: string[] = [];
  const stores: Store[] = [];
  const makerOf = (fresh: StoreMaker['fresh']): StoreMaker => ({
    fresh,
    async open(settings) {
      const store = await openStore(settings ?? (await fresh()));
      stores.push(store);
      return store;
    },
  });
  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()));
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });
  const freshFolder = (): Promise<StoreSettings> => {
    const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-store-'));
    folders.push(folder);
    return Promise.resolve({ url: '', folder: path.join(folder, 'data') });
  };
  describe('SQLite', () => tests(makerOf(freshFolder), 'SQLite'));

  if (!postgresPrograms) console.warn('SKIPPED for want of: postgresql');
  describe.skipIf(!postgresPrograms)('PostgreSQL', () => {
    let server: RunningPostgres;
    beforeAll(async () => {
      server = await startPostgres();
    });
    afterAll(() => server.stop());
    const fresh = async () => ({ url: await server.makeDatabase(), folder: 'unused' });
    tests(makerOf(fresh), 'PostgreSQL');
  });
}

/** Runs one statement past the store. */
export async function execute(settings: StoreSettings, statement: string): Promise<void> {
  await withDatabase(settings, (db) => db.executeQuery(CompiledQuery.raw(statement)));
}

/** Works on the database past the store. */
export async function withDatabase<T>(
  settings: StoreSettings,
  work: (db: Kysely<Tables>) => Promise<T>,
): Promise<T> {
  const use = { readOnly: false, patient: false };
  const dialect = settings.url ? await postgres(settings.url, use) : sqlite(settings.folder, use);
  const db = new Kysely<Tables>({ dialect });
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}
