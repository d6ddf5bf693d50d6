/** Browsers from which people have come in, by the digest of the token that each one keeps. */
import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';

/** Of one person; beyond it, the one that was not seen for longest is forgotten. */
const mostOfOne = 20;

export class KnownBrowserRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Whether this person has come in from this browser. */
  async knows(personId: string, tokenHash: string): Promise<boolean> {
    const row = await this.#rows(tokenHash).where('person_id', '=', personId).executeTakeFirst();
    return row !== undefined;
  }

  /** Whether anyone has. */
  async has(tokenHash: string): Promise<boolean> {
    return (await this.#rows(tokenHash).executeTakeFirst()) !== undefined;
  }

  /** The person has come in from it now. @param now ms since the epoch */
  async note(personId: string, tokenHash: string, now: number): Promise<void> {
    await this.#db
      .insertInto('known_browsers')
      .values({ person_id: personId, token_hash: tokenHash, seen_at: now })
      .onConflict((conflict) =>
        conflict.columns(['person_id', 'token_hash']).doUpdateSet({ seen_at: now }),
      )
      .execute();
    const kept = this.#db
      .selectFrom('known_browsers')
      .select('token_hash')
      .where('person_id', '=', personId)
      .orderBy('seen_at', 'desc')
      .orderBy('token_hash')
      .limit(mostOfOne);
    await this.#db
      .deleteFrom('known_browsers')
      .where('person_id', '=', personId)
      .where('token_hash', 'not in', kept)
      .execute();
  }

  /** All of a person, but for one that may stay. */
  async forget(personId: string, except = ''): Promise<void> {
    await this.#db
      .deleteFrom('known_browsers')
      .where('person_id', '=', personId)
      .where('token_hash', '!=', except)
      .execute();
  }

  /** Those that were not seen since. @param before ms since the epoch */
  async forgetOld(before: number): Promise<void> {
    await this.#db.deleteFrom('known_browsers').where('seen_at', '<', before).execute();
  }

  #rows(tokenHash: string) {
    return this.#db
      .selectFrom('known_browsers')
      .select('person_id')
      .where('token_hash', '=', tokenHash);
  }
}
