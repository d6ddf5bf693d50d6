/** How the database does, as the outcome of what it was asked tells. */
import type { Logger } from 'pino';
import type { Trouble } from '../health.ts';
import type { StoreError } from './failure.ts';

/** What was asked; that reading works says nothing of writing, as on a full disk. */
export type Access = 'read' | 'write';

export class Condition {
  readonly #log: Logger | undefined;
  #failing: { error: StoreError; access: Access; since: number } | undefined;
  #failures = 0;

  constructor(log?: Logger) {
    this.#log = log;
  }

  /** The first of what fails now. */
  get trouble(): Trouble | undefined {
    return this.#failing && { reason: this.#failing.error.message, stopsJoins: true };
  }

  /** How often it has failed. */
  get failures(): number {
    return this.#failures;
  }

  succeeded(access: Access): void {
    if (!this.#failing || (this.#failing.access === 'write' && access === 'read')) return;
    const away = Math.round(performance.now() - this.#failing.since); // ms
    this.#failing = undefined;
    this.#log?.warn({ away }, 'the database can be used again');
  }

  failed(error: StoreError, access: Access): void {
    this.#failures += 1;
    if (this.#failing) return;
    this.#failing = { error, access, since: performance.now() };
    this.#log?.error({ err: error.cause ?? error }, error.message);
  }
}
