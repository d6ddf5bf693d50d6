/** PostgreSQL, named by the setting store.url. */
import { PostgresDialect, type Dialect } from 'kysely';
import pg from 'pg';
import { startTime } from '../starting.ts';
import { StartupError } from '../startup-error.ts';
import { reasonOf } from './failure.ts';
import { Connections, limitsOf } from './postgres-pool.ts';
import type { DatabaseUse } from './use.ts';

/** Text that pg gives for a bigint; ours are times and numbers far below 2⁵³. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text') =>
    oid === pg.types.builtins.INT8
      ? Number
      : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

const usualConnections = 10;

/**
 * Connects once, so that a wrong address shows at start.
 * @throws StartupError that tells the reason, never the password
 */
export async function postgres(
  url: string,
  { readOnly, patient }: DatabaseUse,
  connections = usualConnections,
): Promise<Dialect> {
  const shown = withoutPassword(url);
  const config = {
    connectionString: url,
    types,
    keepAlive: true,
    application_name: 'surveillance',
    ...limitsOf(patient),
    ...(readOnly ? { options: '-c default_transaction_read_only=on' } : {}),
  };
  // By itself, since the pool's connections have less time.
  const first = new pg.Client({ ...config, connectionTimeoutMillis: startTime });
  first.on('error', () => {}); // It is told by the call that fails.
  try {
    await first.connect();
    void first.end();
  } catch (error) {
    throw new StartupError(
      `The database of the setting store.url (${shown}) cannot be reached: ${reasonOf(error)}.`,
      error,
    );
  }
  return new PostgresDialect({ pool: new Connections({ ...config, max: connections }) });
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
