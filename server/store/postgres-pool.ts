/**
 * Connections to PostgreSQL with a deadline for each question; a broken one is never used again. pg's own pool
 * hands one that broke in use to the next caller, and reports it by an event that ends the process when nobody
 * listens.
 */
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { noAnswer, StoreError } from './failure.ts';

/** ms; the server's own limit comes first, so that a slow statement ends there too. */
const limits = { connect: 2000, statement: 3000, answer: 4000, idleTransaction: 10_000 };

/** @param patient waits for as long as it takes, as a migration of a large database does */
export function limitsOf(patient: boolean): Partial<pg.PoolConfig> {
  return {
    connectionTimeoutMillis: limits.connect,
    ...(patient
      ? {}
      : {
          statement_timeout: limits.statement,
          query_timeout: limits.answer,
          lock_timeout: limits.connect,
          idle_in_transaction_session_timeout: limits.idleTransaction,
        }),
  };
}

export class Connections implements PostgresPool {
  readonly #pool: pg.Pool;

  constructor(config: pg.PoolConfig) {
    this.#pool = new pg.Pool(config);
    // One that rests is replaced by the next; one in use tells whoever uses it.
    this.#pool.on('error', () => {});
    this.#pool.on('connect', (client) => client.on('error', () => {}));
  }

  /** @throws StoreError */
  async connect(): Promise<PostgresPoolClient> {
    try {
      return watched(await this.#pool.connect());
    } catch (error) {
      throw broken(error) ?? error;
    }
  }

  end(): Promise<void> {
    return this.#pool.end();
  }
}

/** The same for each of the pool's connections: kysely knows it again by that. */
const known = new WeakMap<pg.PoolClient, PostgresPoolClient & { broken: boolean }>();

function watched(client: pg.PoolClient): PostgresPoolClient {
  const before = known.get(client);
  if (before) return before;
  const made = {
    broken: false,
    async query(text: string, values: readonly unknown[]) {
      try {
        return await client.query(text, [...values]);
      } catch (error) {
        const failure = broken(error);
        if (!failure) throw error;
        made.broken = true;
        throw failure;
      }
    },
    release: () => client.release(made.broken),
  };
  const typed = made as unknown as PostgresPoolClient & { broken: boolean };
  known.set(client, typed);
  return typed;
}

/** Whatever does not come from the database itself is a connection that is lost, refused or silent. */
function broken(error: unknown): StoreError | undefined {
  if (error instanceof pg.DatabaseError && !/^(08|57P)/.test(error.code ?? '')) return undefined;
  const { message = '' } = error as Error;
  return /timeout/i.test(message)
    ? noAnswer(error)
    : new StoreError('the connection to it was lost', error, true);
}
