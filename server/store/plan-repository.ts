/** Plans and their pictures. */
import type { Kysely, Selectable } from 'kysely';
import { z } from 'zod';
import { PlacedZone, PlanGround } from '../contract/plan.ts';
import { searchable } from './names.ts';
import type { Tables } from './tables.ts';
import { orTaken } from './taken.ts';

export interface PlanRecord {
  readonly id: string;
  readonly name: string;
  readonly ground: PlanGround;
  readonly zones: readonly PlacedZone[];
  readonly version: number;
  /** Of the picture; null while there is none. */
  readonly pictureHash: string | null;
}

export interface PlanPicture {
  readonly bytes: Uint8Array;
  /** As `image/png`. */
  readonly type: string;
  readonly hash: string;
}

const columns = ['id', 'name', 'ground', 'zones', 'version', 'picture_hash'] as const;

export class PlanRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** By name, without their pictures. */
  async list(): Promise<PlanRecord[]> {
    const rows = await this.#db.selectFrom('plans').select(columns).orderBy('name_key').execute();
    return rows.map(recordOf);
  }

  async find(id: string): Promise<PlanRecord | undefined> {
    const row = await this.#db
      .selectFrom('plans')
      .select(columns)
      .where('id', '=', id)
      .executeTakeFirst();
    return row && recordOf(row);
  }

  /** @throws RefusedError `name-taken` */
  async add({ id, name, ground, zones, version }: PlanRecord): Promise<void> {
    const written = { ground, zones: JSON.stringify(zones), version };
    const values = { id, name, name_key: searchable(name), ...written };
    await orTaken(this.#db.insertInto('plans').values(values).execute(), taken(name));
  }

  /**
   * Saves name and zones in place of the version before.
   * @returns false when there is another one by now
   * @throws RefusedError `name-taken`
   */
  async change({ id, name, zones, version }: PlanRecord): Promise<boolean> {
    const update = this.#db
      .updateTable('plans')
      .set({ name, name_key: searchable(name), zones: JSON.stringify(zones), version })
      .where('id', '=', id)
      .where('version', '=', version - 1);
    const { numUpdatedRows } = await orTaken(update.executeTakeFirst(), taken(name));
    return numUpdatedRows > 0n;
  }

  /** @returns whether there is such a plan */
  async setPicture(id: string, { bytes, type, hash }: PlanPicture): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('plans')
      .set({
        picture: Buffer.from(bytes).toString('base64'),
        picture_type: type,
        picture_hash: hash,
      })
      .where('id', '=', id)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  async picture(id: string): Promise<PlanPicture | undefined> {
    const row = await this.#db
      .selectFrom('plans')
      .select(['picture', 'picture_type', 'picture_hash'])
      .where('id', '=', id)
      .executeTakeFirst();
    if (!row?.picture || !row.picture_type || !row.picture_hash) return undefined;
    const bytes = Buffer.from(row.picture, 'base64');
    return { bytes, type: row.picture_type, hash: row.picture_hash };
  }

  async remove(id: string): Promise<void> {
    await this.#db.deleteFrom('plans').where('id', '=', id).execute();
  }
}

function taken(name: string): string {
  return `There is a plan called ${name} already; give this one another name.`;
}

function recordOf(row: Pick<Selectable<Tables['plans']>, (typeof columns)[number]>): PlanRecord {
  return {
    id: row.id,
    name: row.name,
    ground: PlanGround.parse(row.ground),
    // A newer version may have written more of each.
    zones: z.array(PlacedZone.strip()).parse(JSON.parse(row.zones)),
    version: Number(row.version),
    pictureHash: row.picture_hash,
  };
}
