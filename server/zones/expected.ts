/**
 * Zones that were ever filmed, remembered beyond a restart and at every node of a store. It is written when filming
 * begins and ends and once a minute between, many zones together; so an anonymous camera costs one row for each name
 * that it makes up, and no more rows than are remembered at all.
 */
import type { ZoneId } from '../contract/zone.ts';
import { InTurn } from '../in-turn.ts';
import type { FilmedZone } from './filmed.ts';
import type { Zones } from './zones.ts';

/** Most zones that are remembered, and for how long without a camera, ms. */
export const remembered = { most: 10_000, age: 180 * 86_400_000 };
/** What begins or ends within this time is written together; between two looks at all; after a failure; ms. */
const pauses = { together: 1000, looks: 60_000, afterFailure: 10_000 };

export interface FilmedShelf {
  list(): Promise<FilmedZone[]>;
  /** Removes those not filmed since a time, and what is more than `most`. */
  prune(since: number, most: number): Promise<void>;
}

export interface ExpectedZonesParts {
  readonly zones: Zones;
  readonly shelf: FilmedShelf;
  /** @param isNews other servers do not know all of these zones yet */
  readonly note: (zones: readonly FilmedZone[], isNews: boolean) => Promise<void>;
  /** ms since the epoch */
  readonly now: () => number;
  /** Told that the store could not be used; it is tried again. */
  readonly failed: (error: unknown) => void;
}

export class ExpectedZones {
  readonly #parts: ExpectedZonesParts;
  readonly #work = new InTurn();
  /** Of which the store has not heard the newest. */
  readonly #moved = new Set<ZoneId>();
  /** As of the last look at the store, and what was written since. */
  #stored = new Set<ZoneId>();
  #due: NodeJS.Timeout | undefined;
  #looks: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(parts: ExpectedZonesParts) {
    this.#parts = parts;
    parts.zones.onFilmed = ({ id }) => this.#movedNow(id);
  }

  /** Takes up what the store has, and what was forgotten there. @throws StoreError */
  refresh(): Promise<void> {
    return this.#work.run(async () => {
      const { zones, shelf } = this.#parts;
      const rows = await shelf.list();
      const stored = new Set(rows.map(({ zone }) => zone));
      for (const { zone, ...filmed } of rows) zones.at(zone).recall(filmed);
      for (const id of this.#stored) if (!stored.has(id)) zones.find(id)?.forgetFilmed();
      this.#stored = stored;
    });
  }

  /** From now on it looks once a minute. */
  begin(): void {
    this.#looks = setInterval(() => void this.look(), pauses.looks).unref();
  }

  /** Notes what is filmed now, and hears of what others have noted. */
  async look(): Promise<void> {
    for (const zone of this.#parts.zones.all()) if (zone.see()) this.#moved.add(zone.id);
    try {
      await this.#write();
      await this.refresh();
      this.#bound();
    } catch (error) {
      this.#parts.failed(error);
    }
  }

  /** Removes what is too old, and what is too much. @param now ms since the epoch, as it is believed */
  async purge(now: number): Promise<void> {
    await this.#parts.shelf.prune(now - remembered.age, remembered.most);
  }

  /** Writes what has not been written, as far as the store can be used. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#looks);
    clearTimeout(this.#due);
    await this.#write().catch((error: unknown) => this.#parts.failed(error));
  }

  #movedNow(id: ZoneId): void {
    this.#moved.add(id);
    this.#writeIn(pauses.together);
  }

  #writeIn(pause: number): void {
    if (this.#closed) return;
    this.#due ??= setTimeout(() => {
      this.#due = undefined;
      this.#write().catch((error: unknown) => {
        this.#parts.failed(error);
        this.#writeIn(pauses.afterFailure);
      });
    }, pause).unref();
  }

  #write(): Promise<void> {
    return this.#work.run(async () => {
      const { zones, shelf, note, now } = this.#parts;
      const ids = [...this.#moved];
      // What was forgotten meanwhile is not written again.
      const seen = ids.flatMap((zone) => {
        const filmed = zones.find(zone)?.filmed;
        return filmed ? { zone, ...filmed } : [];
      });
      this.#moved.clear();
      if (seen.length === 0) return;
      const isNews = seen.some(({ zone }) => !this.#stored.has(zone));
      try {
        await note(seen, isNews);
      } catch (error) {
        for (const id of ids) this.#moved.add(id);
        throw error;
      }
      for (const { zone } of seen) this.#stored.add(zone);
      if (this.#stored.size > remembered.most)
        await shelf.prune(now() - remembered.age, remembered.most);
    });
  }

  /** What was only heard of, or could not be written, is remembered no longer where there is too much of it. */
  #bound(): void {
    const unwritten = [...this.#parts.zones.all()].filter(
      ({ id, filmed, camera }) => filmed && !camera && !this.#stored.has(id),
    );
    for (const zone of unwritten.slice(remembered.most)) zone.forgetFilmed();
  }
}
