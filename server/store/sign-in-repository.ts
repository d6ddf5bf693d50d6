/** Sign-ins that last: of a person, or of a camera or wall by its key. */
import type { Kysely, Selectable } from 'kysely';
import type { Tables } from './tables.ts';

export interface SignInRecord {
  readonly id: string;
  readonly tokenHash: string;
  /** The one or the other. */
  readonly personId: string | null;
  readonly keyId: string | null;
  readonly address: string;
  /** The browser as it calls itself. */
  readonly agent: string;
  readonly createdAt: number;
  readonly lastSeen: number;
  readonly expiresAt: number;
}

export class SignInRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async add(signIn: SignInRecord): Promise<void> {
    await this.#db
      .insertInto('sign_ins')
      .values({
        id: signIn.id,
        token_hash: signIn.tokenHash,
        person_id: signIn.personId,
        key_id: signIn.keyId,
        address: signIn.address,
        agent: signIn.agent,
        created_at: signIn.createdAt,
        last_seen: signIn.lastSeen,
        expires_at: signIn.expiresAt,
      })
      .execute();
  }

  async find(id: string): Promise<SignInRecord | undefined> {
    const row = await this.#rows().where('id', '=', id).executeTakeFirst();
    return row && signInOf(row);
  }

  async findByTokenHash(tokenHash: string): Promise<SignInRecord | undefined> {
    const row = await this.#rows().where('token_hash', '=', tokenHash).executeTakeFirst();
    return row && signInOf(row);
  }

  /** All, also those that have expired and were not removed yet; the newest first. */
  async list(): Promise<SignInRecord[]> {
    return (await this.#rows().orderBy('created_at', 'desc').orderBy('id').execute()).map(signInOf);
  }

  /** Seen again, and good until a new time. */
  async touch(id: string, { lastSeen, expiresAt }: { lastSeen: number; expiresAt: number }) {
    await this.#db
      .updateTable('sign_ins')
      .set({ last_seen: lastSeen, expires_at: expiresAt })
      .where('id', '=', id)
      .execute();
  }

  /** @returns whether there was such a sign-in */
  async remove(id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('sign_ins')
      .where('id', '=', id)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  /** Ends all sign-ins of a person or key, but for one that may stay. @returns which it has ended */
  async removeOf(
    owner: { personId: string } | { keyId: string },
    except?: string,
  ): Promise<string[]> {
    const [column, id] =
      'personId' in owner
        ? (['person_id', owner.personId] as const)
        : (['key_id', owner.keyId] as const);
    const rows = await this.#db
      .deleteFrom('sign_ins')
      .where(column, '=', id)
      .where('id', '!=', except ?? '')
      .returning('id')
      .execute();
    return rows.map((row) => row.id);
  }

  /** @returns which have expired by `now` */
  async removeExpired(now: number): Promise<string[]> {
    const rows = await this.#db
      .deleteFrom('sign_ins')
      .where('expires_at', '<=', now)
      .returning('id')
      .execute();
    return rows.map((row) => row.id);
  }

  #rows() {
    return this.#db.selectFrom('sign_ins').selectAll();
  }
}

function signInOf(row: Selectable<Tables['sign_ins']>): SignInRecord {
  return {
    id: row.id,
    tokenHash: row.token_hash,
    personId: row.person_id,
    keyId: row.key_id,
    address: row.address,
    agent: row.agent,
    createdAt: row.created_at,
    lastSeen: row.last_seen,
    expiresAt: row.expires_at,
  };
}
