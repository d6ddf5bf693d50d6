/** Single values that must outlive the process, as the hash of the set-up token. */
import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';

export class FactRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async get(name: string): Promise<string | undefined> {
    const row = await this.#db
      .selectFrom('facts')
      .select('value')
      .where('name', '=', name)
      .executeTakeFirst();
    return row?.value;
  }

  /** Sets it if there is none. @returns what it is then; of several at once, all hear the same */
  async settle(name: string, value: string): Promise<string> {
    await this.#db
      .insertInto('facts')
      .values({ name, value })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute();
    return (await this.get(name)) ?? value;
  }

  /** Adds it if there is none of this name. @returns whether there was none; of two callers, one hears yes */
  async add(name: string, value: string): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto('facts')
      .values({ name, value })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows === 1n;
  }

  async set(name: string, value: string): Promise<void> {
    await this.#db
      .insertInto('facts')
      .values({ name, value })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
      .execute();
  }

  /** Removes it if it has this value. @returns whether it had; of two callers, one hears yes */
  async take(name: string, value: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('facts')
      .where('name', '=', name)
      .where('value', '=', value)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  /** Removes those whose name begins so, and whose value comes before this one. */
  async removeBelow(prefix: string, value: string): Promise<void> {
    await this.#db
      .deleteFrom('facts')
      .where('name', 'like', `${prefix}%`)
      .where('value', '<', value)
      .execute();
  }

  /** Removes all whose name begins so. */
  async removeOf(prefix: string): Promise<void> {
    await this.#db.deleteFrom('facts').where('name', 'like', `${prefix}%`).execute();
  }

  async remove(name: string): Promise<void> {
    await this.#db.deleteFrom('facts').where('name', '=', name).execute();
  }
}
