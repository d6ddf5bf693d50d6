/** The audit: what people, cameras and walls did, written down for good. */
import { randomUUID } from 'node:crypto';
import type { AuditEntry, AuditPage, AuditQuery } from '../contract/audit.ts';
import type { Visible } from '../store/audit-repository.ts';
import { StoreError } from '../store/failure.ts';
import type { Records, Store } from '../store/store.ts';
import { append, type Item } from './append.ts';
import { readRecord } from './chain.ts';
import { searchAudit } from './search.ts';
import { timeOfDay } from '../time.ts';

interface Waiting extends Item {
  /** Absent for what has happened and cannot be refused: it waits until it can be written. */
  readonly outcome?: { done: () => void; failed: (error: unknown) => void };
}

/** Most records of one transaction. */
const batchSize = 500;
/** Most ends that wait for the store; any further one is in the log alone. */
const longestQueue = 20_000;
const retryAfter = 1000; // ms

export interface AuditWatch {
  /** ms since the epoch */
  readonly now?: () => number;
  /** Called for a record that could not be kept. */
  readonly lost?: (error: unknown) => void;
}

export class Audit {
  /** Names this server among those that write to the store. */
  readonly run = randomUUID();
  readonly #store: Store;
  readonly #now: () => number;
  readonly #lost: (error: unknown) => void;
  #waiting: Waiting[] = [];
  /** What did not begin, since that could not be recorded: its end is not recorded either. */
  readonly #neverBegan = new Set<string>();
  #writing: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;

  constructor(store: Store, { now = timeOfDay, lost = () => {} }: AuditWatch = {}) {
    this.#store = store;
    this.#now = now;
    this.#lost = lost;
  }

  /** How many records wait to be written. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Writes a record by itself; resolves once it would survive a crash. Records that come together are
   * written in one transaction. Not for use inside a transaction: that is what `within` is for.
   * @param opens a name for what goes on from now, until `recordEnd`
   * @throws StoreError when it cannot be kept now
   */
  record(entry: AuditEntry, opens?: string): Promise<void> {
    return new Promise((done, failed) => {
      if (this.#store.inTransaction) throw new Error('inside a transaction, use Audit.within');
      this.#take({ entry, at: this.#now(), opens, outcome: { done, failed } });
    });
  }

  /**
   * Writes the end of what `record` opened: now, or as soon as the store can be used again, and never out of
   * order: records keep the order in which things happened.
   */
  recordEnd(entry: AuditEntry, closes: string): void {
    if (this.#neverBegan.delete(closes)) return;
    const item = { entry, at: this.#now(), closes };
    if (this.#waiting.length < longestQueue) this.#take(item);
    else this.#lost(new Error('too many records wait for the database'));
  }

  /**
   * Writes a record in a transaction of the store, together with the change that it tells of. Let it be
   * the last thing that the transaction does: everyone else who records anything waits for its end.
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
    const { found, next } = await searchAudit(this.#store, filter, visible, { before, limit });
    const records = found.flatMap((stored) => readRecord(stored) ?? []);
    return next === undefined ? { records } : { records, next };
  }

  /** Resolves when all that was to be recorded is, or cannot be. */
  async settled(): Promise<void> {
    if (this.#waiting.length > 0) this.#begin();
    while (this.#writing) await this.#writing;
    clearTimeout(this.#retry);
  }

  #take(item: Waiting): void {
    this.#waiting.push(item);
    this.#begin();
  }

  #begin(): void {
    clearTimeout(this.#retry);
    this.#writing ??= this.#write();
  }

  async #write(): Promise<void> {
    // What comes in the same turn of the event loop goes together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, batchSize);
      try {
        await this.#store.transaction((records) => append(records, batch, this.run));
        this.#waiting.splice(0, batch.length);
        for (const { outcome } of batch) outcome?.done();
      } catch (error) {
        if (error instanceof StoreError) {
          this.#postpone(error);
          break;
        }
        this.#waiting.splice(0, batch.length);
        for (const item of batch) this.#refuse(item, error);
      }
    }
    // At once, so that a record that comes from now on starts another round.
    this.#writing = undefined;
  }

  /** The store cannot be used: refuses what can be tried again, and keeps what has happened already for later. */
  #postpone(error: StoreError): void {
    const kept = this.#waiting.filter(({ outcome }) => !outcome);
    for (const item of this.#waiting) if (item.outcome) this.#refuse(item, error);
    this.#waiting = kept;
    if (kept.length > 0) this.#retry = setTimeout(() => this.#begin(), retryAfter).unref();
  }

  #refuse({ outcome, opens }: Waiting, error: unknown): void {
    if (opens !== undefined) this.#neverBegan.add(opens);
    if (outcome) outcome.failed(error);
    else this.#lost(error);
  }
}
