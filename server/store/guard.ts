/**
 * A transaction holds SQLite's only connection, so whoever uses the store itself inside one would wait
 * for ever; with PostgreSQL the change would happen outside of it. Both are refused instead.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

export class TransactionGuard {
  readonly #scope = new AsyncLocalStorage<{ open: boolean }>();

  /** Whether the caller runs inside a transaction that has not ended. */
  get inside(): boolean {
    return this.#scope.getStore()?.open ?? false;
  }

  /** Does a transaction's work. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const scope = { open: true };
    try {
      return await this.#scope.run(scope, work);
    } finally {
      scope.open = false; // What the work has left running may use the store again.
    }
  }

  /** @throws Error inside a transaction */
  refuseInside(): void {
    if (this.inside) throw new Error('inside a transaction, use the records that it is given');
  }
}
