/** Changes of people, keys and zones: each stands or falls together with its record in the audit. */
import type { Audit } from '../audit/audit.ts';
import type { AuditKind } from '../contract/audit.ts';
import type { Records, Store } from '../store/store.ts';
import type { By } from './caller.ts';

export interface Change {
  /** A verb in the past: `person-added`. */
  readonly action: string;
  /** `change`, if not said otherwise. */
  readonly kind?: AuditKind;
  readonly zone?: string;
  readonly detail?: Record<string, unknown>;
}

export class Changes {
  readonly #store: Store;
  readonly #audit: Audit;
  readonly #onChange: (number: number) => void;

  /** @param onChange called after each change with its number, to look again at who may do what */
  constructor(store: Store, audit: Audit, onChange: (number: number) => void) {
    this.#store = store;
    this.#audit = audit;
    this.#onChange = onChange;
  }

  /** @param work changes the records and tells what it did; it throws to change nothing */
  async make<T>(
    by: By,
    work: (records: Records, tell: (change: Change) => void) => Promise<T>,
  ): Promise<T> {
    let number = 0;
    const result = await this.#store.transaction(async (records) => {
      number = await records.news.add();
      const told: Change[] = [];
      const outcome = await work(records, (change) => told.push(change));
      const entries = told.map(({ kind = 'change', ...change }) => ({ kind, ...by, ...change }));
      await this.#audit.within(records, ...entries);
      return outcome;
    });
    this.#onChange(number);
    return result;
  }
}
