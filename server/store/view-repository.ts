/** Views of people, and those that are shared. */
import type { Kysely, Selectable } from 'kysely';
import { z } from 'zod';
import { Role } from '../contract/access.ts';
import { ViewContent } from '../contract/view.ts';
import { searchable } from './names.ts';
import type { Tables } from './tables.ts';
import { orTaken } from './taken.ts';

export interface ViewRecord {
  readonly id: string;
  readonly ownerId: string;
  readonly ownerName: string;
  readonly content: ViewContent;
  readonly sharedWith: readonly Role[];
  readonly version: number;
  /** ms since the epoch */
  readonly changedAt: number;
}

export class ViewRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async find(id: string): Promise<ViewRecord | undefined> {
    const row = await this.#db
      .selectFrom('views')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    return row && recordOf(row);
  }

  /** Those of an owner and all that are shared, by name. */
  async list(ownerId: string): Promise<ViewRecord[]> {
    const rows = await this.#db
      .selectFrom('views')
      .selectAll()
      .where((where) => where.or([where('owner_id', '=', ownerId), where('scope', '=', '')]))
      .orderBy('name_key')
      .execute();
    return rows.map(recordOf);
  }

  /** How many there are in one scope: of an owner's private ones, or, where it is empty, of shared ones. */
  async count(scope: string): Promise<number> {
    const { count } = await this.#db
      .selectFrom('views')
      .select(({ fn }) => fn.countAll().as('count'))
      .where('scope', '=', scope)
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  /** Whether anybody has saved one. */
  async any(): Promise<boolean> {
    const row = await this.#db.selectFrom('views').select('id').limit(1).executeTakeFirst();
    return row !== undefined;
  }

  /** @throws RefusedError `name-taken` */
  async add(view: ViewRecord): Promise<void> {
    const insert = this.#db.insertInto('views').values({
      ...{ id: view.id, owner_id: view.ownerId, owner_name: view.ownerName },
      ...valuesOf(view),
    });
    await orTaken(insert.execute(), taken(view));
  }

  /**
   * Saves one in place of the version before it.
   * @returns false when there is another one by now
   * @throws RefusedError `name-taken`
   */
  async change(view: ViewRecord): Promise<boolean> {
    const update = this.#db
      .updateTable('views')
      .set(valuesOf(view))
      .where('id', '=', view.id)
      .where('version', '=', view.version - 1);
    const { numUpdatedRows } = await orTaken(update.executeTakeFirst(), taken(view));
    return numUpdatedRows > 0n;
  }

  async remove(id: string): Promise<void> {
    await this.#db.deleteFrom('views').where('id', '=', id).execute();
  }

  async removePrivateOf(ownerId: string): Promise<void> {
    await this.#db.deleteFrom('views').where('scope', '=', ownerId).execute();
  }
}

/** Names are unique within it. */
export function scopeOf({ ownerId, sharedWith }: Pick<ViewRecord, 'ownerId' | 'sharedWith'>) {
  return sharedWith.length > 0 ? '' : ownerId;
}

function taken({ content: { name } }: ViewRecord): string {
  return `There is a view called ${name} already; give this one another name, or change that one.`;
}

function valuesOf(view: ViewRecord) {
  return {
    scope: scopeOf(view),
    name_key: searchable(view.content.name),
    content: JSON.stringify(view.content),
    shared_with: JSON.stringify(view.sharedWith),
    version: view.version,
    changed_at: view.changedAt,
  };
}

function recordOf(row: Selectable<Tables['views']>): ViewRecord {
  return {
    id: row.id,
    ownerId: row.owner_id,
    ownerName: row.owner_name,
    // A newer version may have written more.
    content: ViewContent.strip().parse(JSON.parse(row.content)),
    sharedWith: z.array(Role).parse(JSON.parse(row.shared_with)),
    version: Number(row.version),
    changedAt: Number(row.changed_at),
  };
}
