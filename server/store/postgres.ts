/** PostgreSQL, named by the setting store.url. */
import { PostgresDialect, type Dialect } from 'kysely';
import pg from 'pg';
import { StartupError } from '../startup-error.ts';
import { Connections, limitsOf } from './postgres-pool.ts';
import type { DatabaseUse } from './use.ts';

/** Text that pg gives for a bigint; ours are times and numbers far below 2⁵³. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text') =>
    oid === pg.types.builtins.INT8
      ? Number
      : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

/**
 * Connects once, so that a wrong address shows at start.
 * @throws StartupError that tells the reason, never the password
 */
export async function postgres(url: string, { readOnly, patient }: DatabaseUse): Promise<Dialect> {
  const shown = withoutPassword(url);
  const pool = new Connections({
    connectionString: url,
    types,
    max: 10,
    keepAlive: true,
    application_name: 'surveillance',
    ...limitsOf(patient),
    ...(readOnly ? { options: '-c default_transaction_read_only=on' } : {}),
  });
  try {
    (await pool.connect()).release();
  } catch (error) {
    await pool.end();
    throw new StartupError(
      `The database of the setting store.url (${shown}) cannot be reached: ${reasonOf(error)}.`,
    );
  }
  return new PostgresDialect({ pool });
}

/** `postgres://name@host:port/database`, for messages and for arguments that everyone can list. */
export function withoutPassword(url: string): string {
  if (!URL.canParse(url)) {
    throw new StartupError(
      'The setting store.url is not usable: it is not an address as postgres://NAME:PASSWORD@HOST/DATABASE.',
    );
  }
  const parsed = new URL(url);
  parsed.password = '';
  parsed.searchParams.delete('password');
  return parsed.href;
}

function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  if (cause !== undefined) return reasonOf(cause);
  // Where a host has several addresses, node gathers one error of each.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : String(first);
}
