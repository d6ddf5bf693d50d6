/**
 * kysely's driver for SQLite in processes of its own: one connection that writes, in turn, and one that reads
 * beside it, which write-ahead logging allows. So what is read never waits for a slow disk or another
 * program's lock.
 */
import {
  CompiledQuery,
  SelectQueryNode,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  type TransactionSettings,
} from 'kysely';
import { startTime } from '../starting.ts';
import { beingOpened, noAnswer } from './failure.ts';
import { SqliteProcess } from './sqlite-process.ts';
import { Turns } from './turns.ts';

export interface SqliteOptions {
  readonly file: string;
  /** With which the connection begins. */
  readonly pragmas: string[];
  /** With which the one for reading begins; without it all goes over one. */
  readonly readingPragmas?: string[];
  /** For each answer, ms; Infinity for the long work of a migration. */
  readonly deadline: number;
}

/** How long a transaction waits for its turn to write, ms, and how many may wait. */
const queueLimits = { wait: 5000, waiting: 2000 };
/** Between two attempts to open the file again, ms. */
const reopening = 500;

export class SqliteProcessDriver implements Driver {
  readonly #writer: Connection;
  readonly #reader: Connection;
  readonly #turns: Turns;

  constructor(options: SqliteOptions) {
    const { deadline } = options;
    const { file, pragmas } = options;
    this.#writer = new Connection(file, pragmas, deadline);
    this.#reader = options.readingPragmas
      ? new Connection(file, options.readingPragmas, deadline)
      : this.#writer;
    this.#turns = new Turns(
      Number.isFinite(deadline) ? queueLimits : { wait: 60_000, waiting: 10 },
    );
  }

  async init(): Promise<void> {
    await Promise.all([this.#writer.start(), this.#reader.start()]);
  }

  async acquireConnection(): Promise<SqliteSession> {
    return new SqliteSession(this.#writer, this.#reader, this.#turns);
  }

  async beginTransaction(session: SqliteSession, settings?: TransactionSettings): Promise<void> {
    await session.begin(settings?.accessMode === 'read only');
  }

  async commitTransaction(session: SqliteSession): Promise<void> {
    await session.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(session: SqliteSession): Promise<void> {
    await session.executeQuery(CompiledQuery.raw('rollback'));
  }

  async releaseConnection(session: SqliteSession): Promise<void> {
    session.end();
  }

  async destroy(): Promise<void> {
    // One after the other, so that the second one knows that it is the last.
    await this.#reader.close();
    await this.#writer.close();
  }
}

/** What kysely calls a connection: a turn on the one that writes begins when it is needed. */
class SqliteSession implements DatabaseConnection {
  readonly #writer: Connection;
  readonly #reader: Connection;
  readonly #turns: Turns;
  /** Of a transaction: it stays with the process in which it began. */
  #process: SqliteProcess | undefined;
  #endTurn: (() => void) | undefined;
  /** How a transaction begins; it goes with what is asked first, which saves a way to the process. */
  #begin: string | undefined;

  constructor(writer: Connection, reader: Connection, turns: Turns) {
    this.#writer = writer;
    this.#reader = reader;
    this.#turns = turns;
  }

  /** A transaction that is to write takes the lock at once, as it cannot wait for it once it has read. */
  async begin(readOnly: boolean): Promise<void> {
    this.#endTurn = await this.#turns.take();
    this.#process = await this.#writer.process();
    this.#begin = readOnly ? 'begin' : 'begin immediate';
  }

  async executeQuery<R>({ query, sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, changes } = await this.#ask(SelectQueryNode.is(query), sql, parameters);
    return {
      rows: (rows ?? []) as R[],
      ...(changes === undefined ? {} : { numAffectedRows: BigInt(changes) }),
    };
  }

  async #ask(reads: boolean, sql: string, parameters: readonly unknown[]) {
    if (this.#process) {
      const before = this.#begin;
      this.#begin = undefined;
      return this.#process.ask(sql, parameters, before);
    }
    if (reads) return (await this.#reader.process()).ask(sql, parameters);
    const endTurn = await this.#turns.take();
    try {
      return await (await this.#writer.process()).ask(sql, parameters);
    } finally {
      endTurn();
    }
  }

  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('results are paged here, not streamed');
  }

  end(): void {
    this.#process = undefined;
    this.#begin = undefined;
    this.#endTurn?.();
  }
}

/** A connection to the file, in one process after another should it be lost. */
class Connection {
  readonly #open: (startTime: number) => Promise<SqliteProcess>;
  readonly #deadline: number;
  /** For the next process to start, ms: longer each time that it was too short, as on a busy machine. */
  #patience = startTime;
  #process: Promise<SqliteProcess> | undefined;
  #current: SqliteProcess | undefined;
  #opened = -Infinity;

  constructor(file: string, pragmas: string[], deadline: number) {
    this.#open = (startTime) => SqliteProcess.start(file, pragmas, startTime, deadline);
    this.#deadline = deadline;
  }

  /** @throws Error with SQLite's code, or StoreError */
  start(): Promise<SqliteProcess> {
    if (this.#process && !this.#current?.gone) return this.#process;
    const now = performance.now();
    if (now - this.#opened < reopening) throw beingOpened();
    this.#opened = now;
    this.#current = undefined;
    const process = this.#open(this.#patience);
    this.#process = process;
    process.then(
      (started) => {
        this.#current = started;
        this.#patience = Math.min(this.#deadline, startTime);
      },
      () => {
        this.#process = undefined;
        this.#patience = Math.min(2 * this.#patience, startTime);
      },
    );
    return process;
  }

  /** The same for what is asked, which waits for no longer than for an answer. */
  async process(): Promise<SqliteProcess> {
    if (this.#current?.gone === false) return this.#current;
    const started = this.start();
    if (!Number.isFinite(this.#deadline)) return started;
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(noAnswer()), this.#deadline);
    });
    return Promise.race([started, tooLate]).finally(() => clearTimeout(timer));
  }

  async close(): Promise<void> {
    await this.#process?.then(
      (process) => process.close(),
      () => {}, // There is none to close.
    );
  }
}
