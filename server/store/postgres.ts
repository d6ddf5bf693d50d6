/** PostgreSQL, named by the setting store.url. */
import { PostgresDialect, type Dialect } from 'kysely';
import pg from 'pg';
import type { Logger } from 'pino';
import { StartupError } from '../startup-error.ts';

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
export async function postgres(url: string, readOnly: boolean, log?: Logger): Promise<Dialect> {
  const shown = withoutPassword(url);
  const pool = new pg.Pool({
    connectionString: url,
    types,
    max: 10,
    connectionTimeoutMillis: 5000,
    keepAlive: true,
    application_name: 'surveillance',
    ...(readOnly ? { options: '-c default_transaction_read_only=on' } : {}),
  });
  // A connection that breaks while it rests is replaced by the next one; without this it is fatal.
  pool.on('error', (error) => log?.warn({ err: error }, 'a connection to the database was lost'));
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
  // Where a host has several addresses, node gathers one error of each.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : String(first);
}
