/** Whether the database can be used, by the outcome of the questions that it was asked. */
import type { Logger } from 'pino';
import type { Trouble } from '../health.ts';
import type { StoreError } from './failure.ts';

/** What was asked; that reading works says nothing of writing, as on a full disk. */
export type Operation = 'read' | 'write';

/** Who hears of its failures. */
export interface StoreWatch {
  readonly log?: Logger;
  /** Called each time that the database fails. */
  readonly failed?: () => void;
}

export class DatabaseHealth {
  readonly #watch: StoreWatch;
  #failing: { error: StoreError; operation: Operation; since: number } | undefined;

  constructor(watch: StoreWatch) {
    this.#watch = watch;
  }

  /** The first of what fails now. */
  get trouble(): Trouble | undefined {
    return this.#failing && { reason: this.#failing.error.message, stopsJoins: true };
  }

  succeeded(operation: Operation): void {
    if (!this.#failing || (this.#failing.operation === 'write' && operation === 'read')) return;
    const away = Math.round(performance.now() - this.#failing.since); // ms
    this.#failing = undefined;
    this.#watch.log?.warn({ away }, 'the database can be used again');
  }

  failed(error: StoreError, operation: Operation): void {
    this.#watch.failed?.();
    if (this.#failing) return;
    this.#failing = { error, operation, since: performance.now() };
    this.#watch.log?.error({ err: error.cause ?? error }, error.message);
  }
}
