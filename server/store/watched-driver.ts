/**
 * What kysely's drivers are asked passes through here: what fails because of the database is reported to its
 * health and thrown as a StoreError, and what failed first is never hidden by a rollback that fails too.
 */
import {
  SelectQueryNode,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  type TransactionSettings,
} from 'kysely';
import type { Operation, DatabaseHealth } from './database-health.ts';
import { failureOf } from './failure.ts';
import type { TransactionGuard } from './guard.ts';

export function watched(
  dialect: Dialect,
  guard: TransactionGuard,
  health: DatabaseHealth,
): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => new WatchedDriver(dialect.createDriver(), guard, health),
  };
}

class WatchedDriver implements Driver {
  readonly #driver: Driver;
  readonly #guard: TransactionGuard;
  readonly #health: DatabaseHealth;

  constructor(driver: Driver, guard: TransactionGuard, health: DatabaseHealth) {
    this.#driver = driver;
    this.#guard = guard;
    this.#health = health;
  }

  init(): Promise<void> {
    return this.#driver.init();
  }

  async acquireConnection(): Promise<WatchedConnection> {
    this.#guard.refuseInside();
    const connection = await this.#told('read', () => this.#driver.acquireConnection());
    return new WatchedConnection(connection, (...query) => this.#query(...query));
  }

  async beginTransaction(own: WatchedConnection, settings: TransactionSettings): Promise<void> {
    own.transaction = settings.accessMode === 'read only' ? 'read' : 'write';
    await this.#told(own.transaction, () =>
      this.#driver.beginTransaction(own.connection, settings),
    );
  }

  async commitTransaction({ connection, transaction = 'write' }: WatchedConnection): Promise<void> {
    await this.#query(transaction, transaction, () => this.#driver.commitTransaction(connection));
  }

  async rollbackTransaction({ connection }: WatchedConnection): Promise<void> {
    // The caller throws the first error. A connection that cannot even roll back is broken, and not used again.
    await this.#driver.rollbackTransaction(connection).catch(() => {});
  }

  async releaseConnection({ connection }: WatchedConnection): Promise<void> {
    await this.#driver.releaseConnection(connection);
  }

  destroy(): Promise<void> {
    return this.#driver.destroy();
  }

  /** @param operation reported as failed on an error @param works reported as working on success */
  async #query<T>(operation: Operation, works: Operation, work: () => Promise<T>): Promise<T> {
    const result = await this.#told(operation, work);
    this.#health.succeeded(works);
    return result;
  }

  async #told<T>(operation: Operation, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const failure = failureOf(error);
      if (!failure) throw error;
      this.#health.failed(failure, operation);
      throw failure;
    }
  }
}

type Query = <T>(asks: Operation, proves: Operation, work: () => Promise<T>) => Promise<T>;

class WatchedConnection implements DatabaseConnection {
  readonly connection: DatabaseConnection;
  /** What the transaction on it does, if there is one. */
  transaction: Operation | undefined;
  readonly #query: Query;

  constructor(connection: DatabaseConnection, query: Query) {
    this.connection = connection;
    this.#query = query;
  }

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const asks = SelectQueryNode.is(query.query) ? 'read' : 'write';
    // What is written in a transaction is there only once that is committed.
    const proves = this.transaction ? 'read' : asks;
    return this.#query(asks, proves, () => this.connection.executeQuery<R>(query));
  }

  streamQuery<R>(query: CompiledQuery, chunkSize?: number): AsyncIterableIterator<QueryResult<R>> {
    return this.connection.streamQuery<R>(query, chunkSize);
  }
}
