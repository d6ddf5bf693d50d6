/** Shifts that were handed over, the newest of them. */
import type { Kysely, Selectable } from 'kysely';
import type { Tables } from './tables.ts';

/** Texts are JSON, read by whoever knows their form. */
export type StoredHandover = Selectable<Tables['handovers']>;

export class HandoverRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async add(handover: StoredHandover): Promise<void> {
    await this.#db.insertInto('handovers').values(handover).execute();
  }

  /** @returns false where it is confirmed already, or gone */
  async confirm(id: string, confirmed: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('handovers')
      .set({ confirmed })
      .where('id', '=', id)
      .where('confirmed', 'is', null)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  /** @returns false where it is confirmed, or gone */
  async removeUnconfirmed(id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('handovers')
      .where('id', '=', id)
      .where('confirmed', 'is', null)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  async find(id: string): Promise<StoredHandover | undefined> {
    return this.#db.selectFrom('handovers').selectAll().where('id', '=', id).executeTakeFirst();
  }

  /** The newest first. */
  async list(limit: number): Promise<StoredHandover[]> {
    return this.#db
      .selectFrom('handovers')
      .selectAll()
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
  }

  /** Removes all but the newest. */
  async keepNewest(most: number): Promise<void> {
    const newest = this.#db.selectFrom('handovers').select('id').orderBy('id', 'desc');
    const last = await newest.offset(most).limit(1).executeTakeFirst();
    if (!last) return;
    await this.#db.deleteFrom('handovers').where('id', '<=', last.id).execute();
  }
}
