/** Links by which people choose a password, once: by the digest of their token. */
import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';

export interface InvitationRecord {
  readonly tokenHash: string;
  readonly personId: string;
  /** ms since the epoch */
  readonly expiresAt: number;
}

export class InvitationRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async add({ tokenHash, personId, expiresAt }: InvitationRecord): Promise<void> {
    await this.#db
      .insertInto('invitations')
      .values({ token_hash: tokenHash, person_id: personId, expires_at: expiresAt })
      .execute();
  }

  /** Whom a link that is still good is for. */
  async find(tokenHash: string, now: number): Promise<string | undefined> {
    const row = await this.#db
      .selectFrom('invitations')
      .select('person_id')
      .where('token_hash', '=', tokenHash)
      .where('expires_at', '>', now)
      .executeTakeFirst();
    return row?.person_id;
  }

  /** The same, and uses it up: of two who show it at once, one hears whom it is for. */
  async take(tokenHash: string, now: number): Promise<string | undefined> {
    const row = await this.#db
      .deleteFrom('invitations')
      .where('token_hash', '=', tokenHash)
      .returning(['person_id', 'expires_at'])
      .executeTakeFirst();
    return row && Number(row.expires_at) > now ? row.person_id : undefined;
  }

  /** Until when each person's link is good, by their ids. */
  async list(now: number): Promise<Map<string, number>> {
    const rows = await this.#db
      .selectFrom('invitations')
      .select(['person_id', 'expires_at'])
      .where('expires_at', '>', now)
      .execute();
    return new Map(rows.map((row) => [row.person_id, Number(row.expires_at)]));
  }

  /** @returns whether there was one */
  async removeOf(personId: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('invitations')
      .where('person_id', '=', personId)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  async removeExpired(now: number): Promise<void> {
    await this.#db.deleteFrom('invitations').where('expires_at', '<=', now).execute();
  }
}
