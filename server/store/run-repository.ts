/** The servers that run on this store, and what goes on through each: what to end should it crash. */
import type { Kysely, Selectable } from 'kysely';
import type { Tables } from './tables.ts';

export interface RunRecord {
  readonly id: string;
  /** Equal where two runs can see each other's processes. */
  readonly machine: string;
  readonly process: string;
  readonly startedAt: number;
  /** When it last said that it lives, by its own clock. */
  readonly seenAt: number;
  /** How often it has said so. */
  readonly beats: number;
}

/** That someone watches or films, until it ends. */
export interface OpenPart {
  /** What it is called while it lasts. */
  readonly part: string;
  /** ms since the epoch */
  readonly beganAt: number;
  /** JSON of the audit entry that says that it began. */
  readonly entry: string;
}

export class RunRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  async list(): Promise<RunRecord[]> {
    const rows = await this.#db.selectFrom('runs').selectAll().orderBy('started_at').execute();
    return rows.map(runOf);
  }

  /** Whether it runs, as far as the others have noticed. */
  async has(id: string): Promise<boolean> {
    const row = await this.#db
      .selectFrom('runs')
      .select('id')
      .where('id', '=', id)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Adds the run, or says that it lives still. */
  async beat(run: RunRecord): Promise<void> {
    await this.#db
      .insertInto('runs')
      .values({
        id: run.id,
        machine: run.machine,
        process: run.process,
        started_at: run.startedAt,
        seen_at: run.seenAt,
        beats: run.beats,
      })
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet({ seen_at: run.seenAt, beats: run.beats }),
      )
      .execute();
  }

  /** @returns whether it was there: of two who remove it, one hears yes */
  async remove(id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('runs')
      .where('id', '=', id)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  async open(run: string, parts: readonly OpenPart[]): Promise<void> {
    if (parts.length === 0) return;
    await this.#db
      .insertInto('open_parts')
      .values(parts.map(({ part, beganAt, entry }) => ({ run, part, began_at: beganAt, entry })))
      // The same part, whose end is not written yet.
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  async close(run: string, parts: readonly string[]): Promise<void> {
    if (parts.length === 0) return;
    await this.#db
      .deleteFrom('open_parts')
      .where('run', '=', run)
      .where('part', 'in', parts)
      .execute();
  }

  /** Those of a run that are open, the oldest first; at most `limit` of them. */
  async openOf(run: string, limit: number): Promise<OpenPart[]> {
    const rows = await this.#db
      .selectFrom('open_parts')
      .selectAll()
      .where('run', '=', run)
      .orderBy('began_at')
      .limit(limit)
      .execute();
    return rows.map(partOf);
  }

  /** Those in a zone that were open at a moment and are still, of all runs; others may be among them. */
  async openIn(zone: string, at: number, limit: number): Promise<OpenPart[]> {
    const rows = await this.#db
      .selectFrom('open_parts')
      .selectAll()
      .where('began_at', '<=', at)
      .where('part', 'like', `% ${zone}`)
      .orderBy('began_at')
      .limit(limit)
      .execute();
    return rows.map(partOf);
  }
}

function partOf({ part, began_at, entry }: Selectable<Tables['open_parts']>): OpenPart {
  return { part, beganAt: began_at, entry };
}

function runOf({ started_at, seen_at, ...same }: Selectable<Tables['runs']>): RunRecord {
  return { ...same, startedAt: started_at, seenAt: seen_at };
}
