/** What happened, and who has answered it. What is written by a node and what by people stands in different columns. */
import type { Kysely, Selectable } from 'kysely';
import type { Tables } from './tables.ts';

/** Texts are JSON, read by whoever knows their form. */
export interface StoredHappening {
  readonly id: string;
  readonly kind: string;
  readonly content: string;
  readonly version: number;
  /** ms since the epoch */
  readonly changedAt: number;
  readonly acknowledged: string | null;
  readonly note: string | null;
  /** Whose bookmark it is, by id; absent for what happened by itself. */
  readonly markedBy?: string;
}

type Answer = Partial<Pick<StoredHappening, 'acknowledged' | 'note'>>;

export class HappeningRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** @returns false where there is one of this id */
  async add({ changedAt, markedBy, ...happening }: StoredHappening): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto('happenings')
      .values({ ...happening, changed_at: changedAt, marked_by: markedBy ?? null })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .executeTakeFirst();
    return (numInsertedOrUpdatedRows ?? 0n) > 0n;
  }

  /** Saves the content in place of the version before it. @returns false when there is another one by now */
  async change(happening: StoredHappening): Promise<boolean> {
    const { id, content, version, changedAt } = happening;
    const { numUpdatedRows } = await this.#db
      .updateTable('happenings')
      .set({ content, version, changed_at: changedAt })
      .where('id', '=', id)
      .where('version', '=', version - 1)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  async answer(id: string, answer: Answer, changedAt: number): Promise<void> {
    await this.#db
      .updateTable('happenings')
      .set({ ...answer, changed_at: changedAt })
      .where('id', '=', id)
      .execute();
  }

  async find(id: string): Promise<StoredHappening | undefined> {
    const row = await this.#db
      .selectFrom('happenings')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    return row && storedOf(row);
  }

  /** The newest first. @param before those before the one of this id */
  async page(limit: number, before?: string): Promise<StoredHappening[]> {
    const all = this.#db.selectFrom('happenings').selectAll();
    const some = before === undefined ? all : all.where('id', '<', before);
    const rows = await some.orderBy('id', 'desc').limit(limit).execute();
    return rows.map(storedOf);
  }

  /** The newest first, of bookmarks or of all others. */
  async newest(limit: number, what: 'bookmarks' | 'trouble'): Promise<StoredHappening[]> {
    const rows = await this.#db
      .selectFrom('happenings')
      .selectAll()
      .where('marked_by', what === 'bookmarks' ? 'is not' : 'is', null)
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map(storedOf);
  }

  /** @param since ms since the epoch */
  async changedSince(since: number, limit: number): Promise<StoredHappening[]> {
    const rows = await this.#db
      .selectFrom('happenings')
      .selectAll()
      .where('changed_at', '>=', since)
      .orderBy('changed_at', 'desc')
      .limit(limit)
      .execute();
    return rows.map(storedOf);
  }

  async removeBefore(id: string): Promise<void> {
    await this.#db.deleteFrom('happenings').where('id', '<', id).execute();
  }

  /** Removes all but the newest, and no bookmark. */
  keepNewest(most: number): Promise<void> {
    return this.#keep(most, null);
  }

  /** Removes all bookmarks of somebody but the newest. */
  keepNewestOf(markedBy: string, most: number): Promise<void> {
    return this.#keep(most, markedBy);
  }

  async #keep(most: number, markedBy: string | null): Promise<void> {
    const last = await this.#db
      .selectFrom('happenings')
      .select('id')
      .where('marked_by', markedBy === null ? 'is' : '=', markedBy)
      .orderBy('id', 'desc')
      .offset(most)
      .limit(1)
      .executeTakeFirst();
    if (!last) return;
    await this.#db
      .deleteFrom('happenings')
      .where('marked_by', markedBy === null ? 'is' : '=', markedBy)
      .where('id', '<=', last.id)
      .execute();
  }
}

function storedOf(row: Selectable<Tables['happenings']>): StoredHappening {
  const { changed_at: changedAt, marked_by: markedBy, version, ...rest } = row;
  return {
    ...{ ...rest, version: Number(version), changedAt: Number(changedAt) },
    ...(markedBy === null ? {} : { markedBy }),
  };
}
