/** The provider's refresh token of each single sign-on, and when it was last checked. */
import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';

export interface SignOnRecord {
  readonly signInId: string;
  readonly personId: string;
  readonly subject: string;
  /** Sealed; null where the provider gave none. */
  readonly refreshToken: string | null;
  /** When the provider last said that it still holds, ms since the epoch. */
  readonly checkedAt: number;
}

export class SignOnRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async add({ signInId, personId, subject, refreshToken, checkedAt }: SignOnRecord): Promise<void> {
    await this.#db
      .insertInto('sign_ons')
      .values({
        sign_in_id: signInId,
        person_id: personId,
        subject,
        refresh_token: refreshToken,
        checked_at: checkedAt,
      })
      .execute();
  }

  /** Those that were last checked before this time, ms since the epoch; the oldest first. */
  async due(before: number, most: number): Promise<SignOnRecord[]> {
    const rows = await this.#db
      .selectFrom('sign_ons')
      .selectAll()
      .where('checked_at', '<', before)
      .orderBy('checked_at')
      .limit(most)
      .execute();
    return rows.map((row) => ({
      signInId: row.sign_in_id,
      personId: row.person_id,
      subject: row.subject,
      refreshToken: row.refresh_token,
      checkedAt: row.checked_at,
    }));
  }

  /** Takes one to check it: of two servers, one hears yes. */
  async take({ signInId, checkedAt }: SignOnRecord, now: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('sign_ons')
      .set({ checked_at: now })
      .where('sign_in_id', '=', signInId)
      .where('checked_at', '=', checkedAt)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  /** Many providers give a new token for each use of the one before (RFC 9700 §4.14). */
  async renew(signInId: string, refreshToken: string): Promise<void> {
    await this.#db
      .updateTable('sign_ons')
      .set({ refresh_token: refreshToken })
      .where('sign_in_id', '=', signInId)
      .execute();
  }
}
