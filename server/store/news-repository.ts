/** The number of changes so far, by which servers on one store hear of each other's. */
import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';

export class NewsRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async number(): Promise<number> {
    const { number } = await this.#db
      .selectFrom('changes')
      .select('number')
      .where('id', '=', 1)
      .executeTakeFirstOrThrow();
    return number;
  }

  /**
   * Counts one more. As the first thing in a transaction it also has all changes happen one after another,
   * so that none is lost between what another has read and what it writes.
   */
  async add(): Promise<number> {
    const { number } = await this.#db
      .updateTable('changes')
      .set((of) => ({ number: of('number', '+', 1) }))
      .where('id', '=', 1)
      .returning('number')
      .executeTakeFirstOrThrow();
    return number;
  }
}
