/** What is kept of zones: whether they are listed, their notices and privacy masks. */
import type { Kysely, Selectable } from 'kysely';
import { Masks, PresetMasks, ZoneNotice } from '../contract/privacy.ts';
import type { ZoneRecord } from '../zones/record.ts';
import type { Tables } from './tables.ts';

export class ZoneRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async find(id: string): Promise<ZoneRecord | undefined> {
    const row = await this.#rows().where('id', '=', id).executeTakeFirst();
    return row && zoneOf(row);
  }

  /** All, by identifier. */
  async list(): Promise<ZoneRecord[]> {
    return (await this.#rows().orderBy('id').execute()).map(zoneOf);
  }

  /** Adds the zone or replaces all that was kept of it. */
  async save({
    id,
    listed,
    notice,
    masks,
    presetMasks = [],
    maxBitrate,
  }: ZoneRecord): Promise<void> {
    const values = {
      listed: Number(listed),
      notice: notice && JSON.stringify(notice),
      masks: JSON.stringify(masks),
      preset_masks: presetMasks.length > 0 ? JSON.stringify(presetMasks) : null,
      max_bitrate: maxBitrate ?? null,
    };
    await this.#db
      .insertInto('zones')
      .values({ id, ...values })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
      .execute();
  }

  /** @returns whether there was such a zone */
  async remove(id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('zones')
      .where('id', '=', id)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  #rows() {
    return this.#db.selectFrom('zones').selectAll();
  }
}

function zoneOf(row: Selectable<Tables['zones']>): ZoneRecord {
  const { id, listed, notice, masks, preset_masks: presetMasks, max_bitrate: maxBitrate } = row;
  return {
    id,
    listed: listed === 1,
    notice: notice === null ? null : ZoneNotice.parse(JSON.parse(notice)),
    masks: Masks.parse(JSON.parse(masks)),
    ...(presetMasks === null ? {} : { presetMasks: PresetMasks.parse(JSON.parse(presetMasks)) }),
    ...(maxBitrate === null ? {} : { maxBitrate }),
  };
}
