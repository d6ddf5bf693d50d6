/** The audit: what people, cameras and walls did, written down for good. */
import type { AuditEntry, AuditPage, AuditQuery } from '../contract/audit.ts';
import type { Visible } from '../store/audit.ts';
import type { Records, Store } from '../store/store.ts';
import { append } from './append.ts';
import { readRecord } from './chain.ts';

interface Waiting {
  readonly entry: AuditEntry;
  readonly at: number;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** Most records of one transaction. */
const batchSize = 500;

export class Audit {
  readonly #store: Store;
  readonly #now: () => number;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;

  /** @param now ms since the epoch */
  constructor(store: Store, now: () => number = Date.now) {
    this.#store = store;
    this.#now = now;
  }

  /**
   * Writes a record by itself; resolves once it would survive a crash. Records that come together are
   * written in one transaction. Not for use inside a transaction: that is what `within` is for.
   */
  record(entry: AuditEntry): Promise<void> {
    return new Promise((done, failed) => {
      if (this.#store.inTransaction) throw new Error('inside a transaction, use Audit.within');
      this.#waiting.push({ entry, at: this.#now(), done, failed });
      this.#writing ??= this.#write();
    });
  }

  /**
   * Writes a record in a transaction of the store, together with the change that it tells of. Let it be
   * the last thing that the transaction does: whoever else records anything waits for its end.
   */
  within(records: Records, ...entries: AuditEntry[]): Promise<void> {
    const at = this.#now();
    return append(
      records,
      entries.map((entry) => ({ entry, at })),
    );
  }

  /** A page of what `visible` lets someone see, the newest first. */
  async page({ before, limit, ...filter }: AuditQuery, visible: Visible): Promise<AuditPage> {
    const found = await this.#store.audit.search(filter, visible, { before, limit: limit + 1 });
    const records = found.slice(0, limit).flatMap((stored) => readRecord(stored) ?? []);
    return found.length > limit ? { records, next: records.at(-1)?.number } : { records };
  }

  /** Resolves when all that was to be recorded is. */
  async settled(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  async #write(): Promise<void> {
    // What comes in the same turn of the event loop goes together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, batchSize);
      try {
        await this.#store.transaction((records) => append(records, batch));
        for (const { done } of batch) done();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    this.#writing = undefined;
  }
}
