/** Gateways that were seen, and the cameras that are set for them in the console. */
import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';

export interface GatewayRecord {
  readonly name: string;
  /** The key that it signs in with; empty where there are no accounts. */
  readonly keyId: string;
  readonly keyName: string;
  readonly version: string;
  readonly address: string;
  /** ms since the epoch */
  readonly lastSeen: number;
}

export interface SiteCameraRecord {
  readonly gateway: string;
  readonly name: string;
  /** JSON, without a secret. */
  readonly settings: string;
  /** What only its gateway is told, encrypted. */
  readonly sealed: string | null;
}

export class GatewayRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async find(name: string): Promise<GatewayRecord | undefined> {
    return (await this.#where(name))[0];
  }

  /** All, by name. */
  list(): Promise<GatewayRecord[]> {
    return this.#where();
  }

  /** Adds it, or replaces all that was kept of it but its cameras. */
  async save({ name, keyId, keyName, version, address, lastSeen }: GatewayRecord): Promise<void> {
    const values = { key_id: keyId, key_name: keyName, version, address, last_seen: lastSeen };
    await this.#db
      .insertInto('gateways')
      .values({ name, ...values })
      .onConflict((conflict) => conflict.column('name').doUpdateSet(values))
      .execute();
  }

  async seen(name: string, lastSeen: number): Promise<void> {
    await this.#db
      .updateTable('gateways')
      .set({ last_seen: lastSeen })
      .where('name', '=', name)
      .execute();
  }

  /** With its cameras. @returns whether there was such a gateway */
  async remove(name: string): Promise<boolean> {
    await this.#db.deleteFrom('site_cameras').where('gateway', '=', name).execute();
    const { numDeletedRows } = await this.#db
      .deleteFrom('gateways')
      .where('name', '=', name)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  /** By gateway and name. */
  async cameras(): Promise<SiteCameraRecord[]> {
    return this.#db
      .selectFrom('site_cameras')
      .selectAll()
      .orderBy('gateway')
      .orderBy('name')
      .execute();
  }

  async camerasOf(gateway: string): Promise<SiteCameraRecord[]> {
    return this.#db
      .selectFrom('site_cameras')
      .selectAll()
      .where('gateway', '=', gateway)
      .orderBy('name')
      .execute();
  }

  /** Adds a camera, or replaces it. */
  async saveCamera({ gateway, name, settings, sealed }: SiteCameraRecord): Promise<void> {
    await this.#db
      .insertInto('site_cameras')
      .values({ gateway, name, settings, sealed })
      .onConflict((conflict) =>
        conflict.columns(['gateway', 'name']).doUpdateSet({ settings, sealed }),
      )
      .execute();
  }

  /** @returns whether there was such a camera */
  async removeCamera(gateway: string, name: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('site_cameras')
      .where('gateway', '=', gateway)
      .where('name', '=', name)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  async #where(name?: string): Promise<GatewayRecord[]> {
    const all = this.#db.selectFrom('gateways').selectAll().orderBy('name');
    const rows = await (name === undefined ? all : all.where('name', '=', name)).execute();
    return rows.map((row) => ({
      ...{ name: row.name, keyId: row.key_id, keyName: row.key_name },
      ...{ version: row.version, address: row.address, lastSeen: row.last_seen },
    }));
  }
}
