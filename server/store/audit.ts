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

export class AuditRecords {
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
    await this.#db.insertInto('audit').values(rows).execute();
  }

  /**
   * Records that fit, the newest first; never blank ones.
   * @param before only records older than the one of this number
   */
  async search(
    filter: AuditFilter,
    visible: Visible,
    { before, limit }: { before?: number | undefined; limit: number },
  ): Promise<StoredRecord[]> {
    let query = this.#rows().where('content', 'is not', null).where(seenBy(visible));
    if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind);
    if (filter.actor !== undefined) {
      query = query.where(like('actor', `*${searchable(filter.actor).replaceAll('*', '')}*`));
    }
    if (filter.zone !== undefined) query = query.where(like('zone', zonePattern(filter.zone)));
    if (filter.from !== undefined) query = query.where('at', '>=', filter.from);
    if (filter.to !== undefined) query = query.where('at', '<', filter.to);
    if (before !== undefined) query = query.where('number', '<', before);
    return (await query.orderBy('number', 'desc').limit(limit).execute()).map(recordOf);
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

  /** Blanks the records of a kind that are older than a time, but for one. @returns how many */
  async blank(kind: AuditKind, before: number, except: number): Promise<number> {
    const { numUpdatedRows } = await this.#db
      .updateTable('audit')
      .set({ action: null, actor: null, zone: null, content: null })
      .where('content', 'is not', null)
      .where('kind', '=', kind)
      .where('at', '<', before)
      .where('number', '!=', except)
      .executeTakeFirst();
    return Number(numUpdatedRows);
  }

  /** The last of the blank records that all others follow; undefined when the oldest is not blank. */
  async blankBeginning(): Promise<{ last: Head; length: number } | undefined> {
    const kept = await this.#db
      .selectFrom('audit')
      .select((of) => of.fn.min('number').as('number'))
      .where('content', 'is not', null)
      .executeTakeFirst();
    const beginning = this.#db
      .selectFrom('audit')
      .where('number', '<', kept?.number ?? Number.MAX_SAFE_INTEGER);
    const last = await beginning
      .select(['number', 'hash'])
      .orderBy('number', 'desc')
      .executeTakeFirst();
    if (!last) return undefined;
    const { length } = await beginning
      .select((of) => of.fn.countAll<number>().as('length'))
      .executeTakeFirstOrThrow();
    return { last, length };
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
