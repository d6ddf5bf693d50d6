/**
 * What happened, as this node has it: in memory first, so that trouble is told while the store is away, and kept as soon
 * as that can be used. Nodes on one store read what the others have written.
 */
import type { Logger } from 'pino';
import type { HappeningRepository } from '../store/happening-repository.ts';
import { isBookmark } from '../contract/happening.ts';
import { beginOfId, type HappeningRecord } from './record.ts';
import { read, written } from './written.ts';

/** How much is kept, in the store and of that in memory. */
export const kept = { days: 30, rows: 5000, inMemory: 500, bookmarksInMemory: 200 };
const day = 86_400_000;
/** What comes within this time is written together; the pause after the store has failed; ms. */
const pauses = { together: 150, afterFailure: 2000 };
/** Clocks of nodes differ, and transactions take their time, ms. */
const slack = 60_000;
/** Attempts to write what other nodes change at the same moment. */
const attempts = 5;

export type Change = (record: HappeningRecord) => void;

export interface LedgerParts {
  readonly store: { readonly happenings: HappeningRepository };
  /** Told of each that has changed, at this node or another one. */
  readonly changed: (record: HappeningRecord) => void;
  readonly forgotten: (record: HappeningRecord) => void;
  /** Told what was written, for other nodes. */
  readonly wrote: (ids: string[]) => void;
  readonly log: Logger;
  /** ms since the epoch */
  readonly now: () => number;
}

export class Ledger {
  readonly #parts: LedgerParts;
  readonly #records = new Map<string, HappeningRecord>();
  /** What is to be written, by happening. */
  #unwritten = new Map<string, { first: HappeningRecord | undefined; changes: Change[] }>();
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(parts: LedgerParts) {
    this.#parts = parts;
  }

  /** The newest first. */
  get all(): HappeningRecord[] {
    return [...this.#records.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
  }

  find(id: string): HappeningRecord | undefined {
    return this.#records.get(id);
  }

  /** Reads the newest. @throws StoreError */
  async open(): Promise<void> {
    const { happenings } = this.#parts.store;
    const trouble = await happenings.newest(kept.inMemory, 'trouble');
    const bookmarks = await happenings.newest(kept.bookmarksInMemory, 'bookmarks');
    for (const one of [...trouble, ...bookmarks]) this.#take(read(one));
  }

  /** Changes one that there is, or adds it changed so. */
  change(record: HappeningRecord, change: Change): void {
    const known = this.#records.get(record.id);
    const waiting = this.#unwritten.get(record.id);
    if (waiting) waiting.changes.push(change);
    else {
      // As it is before the change, which is made again on what the store has by then.
      const first = known ? undefined : structuredClone(record);
      this.#unwritten.set(record.id, { first, changes: [change] });
    }
    change(known ?? record);
    this.#take(known ?? record);
    this.#writeIn(pauses.together);
  }

  /** Takes up what the store has of this one by now. */
  async reread(id: string): Promise<void> {
    const stored = await this.#parts.store.happenings.find(id);
    if (stored) this.#take(this.#withUnwritten(read(stored)));
  }

  /** Takes up what other nodes have written. @throws StoreError */
  async refresh(): Promise<void> {
    const since = this.#parts.now() - slack;
    const stored = await this.#parts.store.happenings.changedSince(since, kept.inMemory);
    for (const one of stored) {
      const record = this.#withUnwritten(read(one));
      const known = record && this.#records.get(record.id);
      if (!known || !isSame(known, record)) this.#take(record);
    }
  }

  /** Removes what is too old or too much. @param now ms since the epoch */
  async purge(now: number): Promise<void> {
    const { happenings } = this.#parts.store;
    const oldest = beginOfId(now - kept.days * day);
    await happenings.removeBefore(oldest);
    await happenings.keepNewest(kept.rows);
    for (const record of this.#records.values()) if (record.id < oldest) this.#forget(record);
  }

  /** Writes what waits, as far as the store can be used. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#writing;
    await this.#write();
  }

  #take(record: HappeningRecord | undefined): void {
    if (!record) return;
    this.#records.set(record.id, record);
    this.#makeRoom(record);
    this.#parts.changed(record);
  }

  /** Bookmarks take no place of trouble. */
  #makeRoom(record: HappeningRecord): void {
    const most = isBookmark(record) ? kept.bookmarksInMemory : kept.inMemory;
    if (this.#records.size <= most) return;
    const alike = this.all.filter((one) => isBookmark(one) === isBookmark(record));
    const oldest = alike.length > most ? alike.at(-1) : undefined;
    if (oldest) this.#forget(oldest);
  }

  #forget(record: HappeningRecord): void {
    this.#records.delete(record.id);
    this.#unwritten.delete(record.id);
    this.#parts.forgotten(record);
  }

  #withUnwritten(record: HappeningRecord | undefined): HappeningRecord | undefined {
    if (record) for (const change of this.#unwritten.get(record.id)?.changes ?? []) change(record);
    return record;
  }

  #writeIn(pause: number): void {
    if (this.#timer !== undefined || this.#writing || this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#write().then((isKept) => {
        this.#writing = undefined;
        if (this.#unwritten.size > 0) {
          this.#writeIn(isKept ? pauses.together : pauses.afterFailure);
        }
      });
    }, pause);
    this.#timer.unref();
  }

  /** @returns whether nothing is left that waited before */
  async #write(): Promise<boolean> {
    const batch = [...this.#unwritten];
    if (batch.length === 0) return true;
    const wrote: string[] = [];
    try {
      for (const [id, waiting] of batch) {
        const count = waiting.changes.length;
        await this.#save(id, waiting.first, waiting.changes.slice());
        wrote.push(id);
        waiting.first = undefined;
        waiting.changes.splice(0, count);
        if (waiting.changes.length === 0) this.#unwritten.delete(id);
      }
      return true;
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'what happened is not kept yet');
      return false;
    } finally {
      if (wrote.length > 0) this.#parts.wrote(wrote);
    }
  }

  async #save(
    id: string,
    first: HappeningRecord | undefined,
    changes: readonly Change[],
  ): Promise<void> {
    const { store, now } = this.#parts;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const stored = await store.happenings.find(id);
      const record = stored ? read(stored) : first && structuredClone(first);
      if (!record) return; // It was removed meanwhile.
      for (const change of changes) change(record);
      record.version += 1;
      const row = written(record, now());
      const saved = stored ? await store.happenings.change(row) : await store.happenings.add(row);
      if (!saved) continue;
      const known = this.#records.get(id);
      if (known) known.version = record.version;
      return;
    }
    throw new Error('other nodes change it all the time');
  }
}

function isSame(a: HappeningRecord, b: HappeningRecord): boolean {
  return (
    a.version === b.version &&
    JSON.stringify([a.acknowledged, a.note]) === JSON.stringify([b.acknowledged, b.note])
  );
}
