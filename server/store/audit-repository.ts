/** The audit's records and their chain, as rows; what they mean is server/audit/'s. */
import { sql, type Expression, type Kysely, type Selectable, type SqlBool } from 'kysely';
import { AuditKind, type AuditFilter } from '../contract/audit.ts';
import { searchable } from './names.ts';
import type { Tables } from './tables.ts';

/** The newest record; number 0 when there is none. */
export interface Head {
  readonly number: number;
  readonly hash: string;
}

export interface StoredRecord extends Head {
  readonly at: number;
  readonly kind: AuditKind;
  /** These repeat the content, to be searched; null in a blank record. */
  readonly action: string | null;
  readonly actor: string | null;
  readonly zone: string | null;
  /** JSON; null in a blank record. */
  readonly content: string | null;
  readonly contentHash: string;
}

/** Which records someone may see: those of the zones that fit a pattern, and those of no zone. */
export interface Visible {
  readonly zonePatterns: readonly string[];
  readonly site: boolean;
}

/** Rows of one statement: databases limit its values. */
const atOnce = 500;

export class AuditRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  head(): Promise<Head> {
    return this.#db
      .selectFrom('audit_head')
      .select(['number', 'hash'])
      .where('id', '=', 1)
      .executeTakeFirstOrThrow();
  }

  /** The head, which nobody else can move before this transaction ends. */
  lockHead(): Promise<Head> {
    return this.#db
      .updateTable('audit_head')
      .set({ id: 1 })
      .where('id', '=', 1)
      .returning(['number', 'hash'])
      .executeTakeFirstOrThrow();
  }

  /**
   * Adds the records that follow `head`.
   * @throws Error when another record has come after it
   */
  async append(head: Head, records: readonly StoredRecord[]): Promise<void> {
    const last = records.at(-1);
    if (!last) return;
    const { numUpdatedRows } = await this.#db
      .updateTable('audit_head')
      .set({ number: last.number, hash: last.hash })
      .where('number', '=', head.number)
      .where('hash', '=', head.hash)
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) throw new Error(`record ${head.number} is not the newest any more`);
    const rows = records.map(({ contentHash, ...same }) => ({
      ...same,
      content_hash: contentHash,
    }));
    for (let first = 0; first < rows.length; first += atOnce) {
      await this.#db
        .insertInto('audit')
        .values(rows.slice(first, first + atOnce))
        .execute();
    }
  }

  /**
   * Records that fit, the newest first; never blank ones.
   * Only numbers `from` the one on and `before` the other are looked at.
   */
  async search(
    filter: AuditFilter,
    visible: Visible,
    { limit, ...within }: { from?: number; before?: number; limit: number },
  ): Promise<StoredRecord[]> {
    let query = this.#rows().where('content', 'is not', null).where(seenBy(visible));
    if (within.from !== undefined) query = query.where('number', '>=', within.from);
    if (within.before !== undefined) query = query.where('number', '<', within.before);
    if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind);
    if (filter.actor !== undefined) {
      query = query.where(like('actor', `*${searchable(filter.actor).replaceAll('*', '')}*`));
    }
    if (filter.zone !== undefined) query = query.where(like('zone', zonePattern(filter.zone)));
    if (filter.from !== undefined) query = query.where('at', '>=', filter.from);
    if (filter.to !== undefined) query = query.where('at', '<', filter.to);
    return (await query.orderBy('number', 'desc').limit(limit).execute()).map(recordOf);
  }

  /** The number of the first record that is there; 0 when there is none. */
  async oldest(): Promise<number> {
    const row = await this.#db
      .selectFrom('audit')
      .select('number')
      .orderBy('number')
      .limit(1)
      .executeTakeFirst();
    return row?.number ?? 0;
  }

  /** All records after a number, blank ones too, the oldest first. */
  async after(number: number, limit: number): Promise<StoredRecord[]> {
    const query = this.#rows().where('number', '>', number).orderBy('number').limit(limit);
    return (await query.execute()).map(recordOf);
  }

  /** The newest record of this kind and action. */
  async latest(kind: AuditKind, action: string): Promise<StoredRecord | undefined> {
    const row = await this.#rows()
      .where('content', 'is not', null)
      .where('kind', '=', kind)
      .where('action', '=', action)
      .orderBy('number', 'desc')
      .executeTakeFirst();
    return row && recordOf(row);
  }

  /** Blanks the records of a kind that are older than a time, but for one. @returns how many, at most `limit` */
  async blank(kind: AuditKind, before: number, except: number, limit: number): Promise<number> {
    const { numUpdatedRows } = await this.#db
      .updateTable('audit')
      .set({ action: null, actor: null, zone: null, content: null })
      .where('number', 'in', (of) =>
        of
          .selectFrom('audit')
          .select('number')
          .where('content', 'is not', null)
          .where('kind', '=', kind)
          .where('at', '<', before)
          .where('number', '!=', except)
          .limit(limit),
      )
      .executeTakeFirst();
    return Number(numUpdatedRows);
  }

  /**
   * Of the blank records that all others follow, the last, looking at `limit` records; undefined when the
   * oldest is not blank.
   */
  async blankBeginning(limit: number): Promise<{ last: Head; length: number } | undefined> {
    const rows = await this.#db
      .selectFrom('audit')
      .select(['number', 'hash'])
      .select((of) => of('content', 'is', null).as('blank'))
      .orderBy('number')
      .limit(limit)
      .execute();
    const kept = rows.findIndex(({ blank }) => !blank);
    const length = kept === -1 ? rows.length : kept;
    const last = rows[length - 1];
    return last && { last: { number: last.number, hash: last.hash }, length };
  }

  /** Removes the blank records up to a number, which is to be the end of the blank beginning. */
  async removeBeginning(last: number): Promise<void> {
    await this.#db
      .deleteFrom('audit')
      .where('number', '<=', last)
      .where('content', 'is', null)
      .execute();
  }

  #rows() {
    return this.#db.selectFrom('audit').selectAll();
  }
}

function seenBy({ zonePatterns, site }: Visible): Expression<SqlBool> {
  const seen = zonePatterns.map((pattern) => like('zone', zonePattern(pattern)));
  if (site) seen.push(sql<SqlBool>`zone is null`);
  return seen.length === 0 ? sql<SqlBool>`1 = 0` : sql<SqlBool>`(${sql.join(seen, sql` or `)})`;
}

/** As `matchesZone` of the contract reads it. */
function zonePattern(pattern: string): string {
  return pattern.trim().toUpperCase().replaceAll('\0', '\uFFFD');
}

/** `*` is any run of characters, and nothing else has a meaning. */
function like(column: 'actor' | 'zone', pattern: string): Expression<SqlBool> {
  const escaped = pattern.replaceAll(/[!%_]/g, '!$&').replaceAll('*', '%');
  return sql<SqlBool>`${sql.ref(column)} like ${escaped} escape '!'`;
}

function recordOf({ content_hash, kind, ...same }: Selectable<Tables['audit']>): StoredRecord {
  return { ...same, kind: AuditKind.parse(kind), contentHash: content_hash };
}
