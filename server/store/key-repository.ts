/** Keys of cameras and walls, and the links that give a browser one of them, once. */
import type { Kysely, Selectable } from 'kysely';
import { KeyRole } from '../contract/access.ts';
import type { Tables } from './tables.ts';

export interface KeyRecord {
  readonly id: string;
  readonly name: string;
  readonly role: KeyRole;
  /** A zone pattern. */
  readonly zones: string;
  readonly secretHash: string;
  readonly createdAt: number;
  readonly lastUsed: number | null;
  /** Most that a camera with it may send, bit/s; nothing where it does not say. */
  readonly maxBitrate?: number | undefined;
}

export interface EnrolmentRecord {
  readonly tokenHash: string;
  readonly keyId: string;
  readonly expiresAt: number;
}

export class KeyRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async add(key: KeyRecord): Promise<void> {
    await this.#db
      .insertInto('keys')
      .values({
        id: key.id,
        name: key.name,
        role: key.role,
        zones: key.zones,
        secret_hash: key.secretHash,
        created_at: key.createdAt,
        last_used: key.lastUsed,
        max_bitrate: key.maxBitrate ?? null,
      })
      .execute();
  }

  async find(id: string): Promise<KeyRecord | undefined> {
    const row = await this.#rows().where('id', '=', id).executeTakeFirst();
    return row && keyOf(row)[0];
  }

  async findBySecretHash(secretHash: string): Promise<KeyRecord | undefined> {
    const row = await this.#rows().where('secret_hash', '=', secretHash).executeTakeFirst();
    return row && keyOf(row)[0];
  }

  /** All, the newest first. */
  async list(): Promise<KeyRecord[]> {
    return (await this.#rows().orderBy('created_at', 'desc').orderBy('id').execute()).flatMap(
      keyOf,
    );
  }

  async touch(id: string, lastUsed: number): Promise<void> {
    await this.#db.updateTable('keys').set({ last_used: lastUsed }).where('id', '=', id).execute();
  }

  /** With its sign-ins and enrolments. @returns whether there was such a key */
  async remove(id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('keys')
      .where('id', '=', id)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  async addEnrolment({ tokenHash, keyId, expiresAt }: EnrolmentRecord): Promise<void> {
    await this.#db
      .insertInto('enrolments')
      .values({ token_hash: tokenHash, key_id: keyId, expires_at: expiresAt })
      .execute();
  }

  /** The key of an enrolment that is still good; nobody else gets it by the same token. */
  async takeEnrolment(tokenHash: string, now: number): Promise<KeyRecord | undefined> {
    const taken = await this.#db
      .deleteFrom('enrolments')
      .where('token_hash', '=', tokenHash)
      .returning(['key_id', 'expires_at'])
      .executeTakeFirst();
    return taken && taken.expires_at > now ? this.find(taken.key_id) : undefined;
  }

  /** All links of a key that were not used. */
  async removeEnrolmentsOf(keyId: string): Promise<void> {
    await this.#db.deleteFrom('enrolments').where('key_id', '=', keyId).execute();
  }

  async removeExpiredEnrolments(now: number): Promise<void> {
    await this.#db.deleteFrom('enrolments').where('expires_at', '<=', now).execute();
  }

  #rows() {
    return this.#db.selectFrom('keys').selectAll();
  }
}

/** None of a role that a later version knows: it opens nothing here. */
function keyOf(row: Selectable<Tables['keys']>): KeyRecord[] {
  const role = KeyRole.safeParse(row.role);
  if (!role.success) return [];
  const key = {
    id: row.id,
    name: row.name,
    role: role.data,
    zones: row.zones,
    secretHash: row.secret_hash,
    createdAt: row.created_at,
    lastUsed: row.last_used,
    ...(row.max_bitrate === null ? {} : { maxBitrate: row.max_bitrate }),
  };
  return [key];
}
