/** Codes that stand in for a lost authenticator app, by their digests. */
import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';

export class RecoveryCodeRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Those of before are good no more. */
  async replace(personId: string, codeHashes: readonly string[]): Promise<void> {
    await this.removeOf(personId);
    await this.#db
      .insertInto('recovery_codes')
      .values(codeHashes.map((hash) => ({ person_id: personId, code_hash: hash })))
      .execute();
  }

  /** Uses it up. @returns whether it was good; of two who show it at once, one hears yes */
  async take(personId: string, codeHash: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('recovery_codes')
      .where('person_id', '=', personId)
      .where('code_hash', '=', codeHash)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  /** How many are left. */
  async count(personId: string): Promise<number> {
    const { left } = await this.#db
      .selectFrom('recovery_codes')
      .select((get) => get.fn.countAll().as('left'))
      .where('person_id', '=', personId)
      .executeTakeFirstOrThrow();
    return Number(left);
  }

  async removeOf(personId: string): Promise<void> {
    await this.#db.deleteFrom('recovery_codes').where('person_id', '=', personId).execute();
  }
}
