/** What cameras noticed, by zone. It is no audit: nobody did it, and only the newest of a zone are kept. */
import { randomBytes } from 'node:crypto';
import type { Kysely, Selectable } from 'kysely';
import { CameraEventKind, CameraEventState, type ZoneEvent } from '../contract/camera-event.ts';
import type { Tables } from './tables.ts';

export interface NewZoneEvent extends Omit<ZoneEvent, 'id'> {
  readonly zone: string;
}

/** Rows of one statement: SQLite takes 32,766 parameters, PostgreSQL 65,535. */
const atOnce = 1000;

export class ZoneEventRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async add(events: readonly NewZoneEvent[]): Promise<void> {
    const rows = events.map((event) => ({
      ...event,
      id: `${beginOfId(event.at)}${randomBytes(6).toString('hex')}`,
    }));
    for (let first = 0; first < rows.length; first += atOnce) {
      await this.#db
        .insertInto('zone_events')
        .values(rows.slice(first, first + atOnce))
        .execute();
    }
  }

  /** The newest first; none of a kind that a later version knows. @param before events before the one of this id */
  async page(zone: string, limit: number, before?: string): Promise<ZoneEvent[]> {
    const all = this.#db.selectFrom('zone_events').selectAll().where('zone', '=', zone);
    const some = before === undefined ? all : all.where('id', '<', before);
    const rows = await some.orderBy('id', 'desc').limit(limit).execute();
    return rows.flatMap(eventOf);
  }

  /** Removes those from before a time, ms since the epoch. @returns how many, at most `limit` */
  async removeBefore(time: number, limit: number): Promise<number> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('zone_events')
      .where('id', 'in', (of) =>
        of.selectFrom('zone_events').select('id').where('id', '<', beginOfId(time)).limit(limit),
      )
      .executeTakeFirst();
    return Number(numDeletedRows);
  }

  /** Zones of which there are more than so many. */
  async zonesAbove(most: number): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('zone_events')
      .select('zone')
      .groupBy('zone')
      .having((of) => of.fn.countAll(), '>', most)
      .execute();
    return rows.map(({ zone }) => zone);
  }

  /** Removes all of a zone but the newest. */
  async keepNewest(zone: string, most: number): Promise<void> {
    const newest = this.#db.selectFrom('zone_events').select('id').where('zone', '=', zone);
    const last = await newest.orderBy('id', 'desc').offset(most).limit(1).executeTakeFirst();
    if (!last) return;
    await this.#db
      .deleteFrom('zone_events')
      .where('zone', '=', zone)
      .where('id', '<=', last.id)
      .execute();
  }
}

/** @param at ms since the epoch */
function beginOfId(at: number): string {
  return String(Math.max(0, Math.round(at))).padStart(15, '0');
}

function eventOf(row: Selectable<Tables['zone_events']>): ZoneEvent[] {
  const { id, at, source } = row;
  const kind = CameraEventKind.safeParse(row.kind);
  const state = CameraEventState.safeParse(row.state);
  if (!kind.success || !state.success) return [];
  return [{ id, at, kind: kind.data, state: state.data, source }];
}
