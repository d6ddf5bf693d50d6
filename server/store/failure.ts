/** What is wrong when the database cannot be used, in words; other errors are mistakes of this program. */
import { messageOf, RefusedError } from '../contract/errors.ts';
import { StartupError } from '../startup-error.ts';

/** The database cannot be used at the moment. Clients hear it as `unavailable`, and try again. */
export class StoreError extends RefusedError {
  /** Whether it goes by itself, as another program's lock does; a full disk does not. */
  readonly passes: boolean;

  /** @param reason ends the sentence: `the disk is full` */
  constructor(reason: string, cause?: unknown, passes = false) {
    super('unavailable', `The server's database cannot be used at the moment: ${reason}.`);
    this.name = 'StoreError';
    this.cause = cause;
    this.passes = passes;
  }
}

/** A question that nobody answered within its time. */
export function noAnswer(cause?: unknown): StoreError {
  return new StoreError('it does not answer in time', cause, true);
}

/** A question that is not even asked, since others wait. */
export function tooManyWait(): StoreError {
  return new StoreError('too much waits for it', undefined, true);
}

/** While one process that holds it has gone, and the next is not there yet. */
export function beingOpened(): StoreError {
  return new StoreError('it is being opened again', undefined, true);
}

type Reason = [code: string, reason: string, passes?: true];

/** The result codes of SQLite (sqlite.org/rescode.html) by how they begin. */
const sqliteReasons: Reason[] = [
  ['SQLITE_BUSY', 'another program holds it locked', true],
  ['SQLITE_LOCKED', 'another program holds it locked', true],
  ['SQLITE_PROTOCOL', 'another program holds it locked', true],
  ['SQLITE_FULL', 'the disk is full'],
  ['SQLITE_IOERR', 'the disk fails'],
  ['SQLITE_NOMEM', 'there is no memory left'],
  ['SQLITE_READONLY', 'it is read-only'],
  ['SQLITE_CANTOPEN', 'its file cannot be opened'],
  ['SQLITE_CORRUPT', 'its file is damaged'],
  ['SQLITE_NOTADB', 'its file is damaged'],
  ['STORE_LOST', 'its file was removed or replaced; put it back, or restart the server'],
];

/** PostgreSQL's error codes (appendix A of its manual) by how they begin. */
const postgresReasons: Reason[] = [
  ['08', 'the connection to it was lost', true],
  ['25006', 'it is read-only'],
  ['28', 'it refuses the server’s name or password'],
  ['40', 'another program changes the same', true],
  ['53100', 'its disk is full'],
  ['53300', 'it has too many connections', true],
  ['53', 'it has no memory or disk left'],
  ['55P03', 'another program holds it locked', true],
  ['57014', 'it does not answer in time', true],
  ['57P', 'it is being stopped or started', true],
  ['58', 'its disk fails'],
];

/** @returns undefined when the database did answer, as it does to a breach of a constraint */
export function failureOf(error: unknown): StoreError | undefined {
  if (error instanceof StoreError) return error;
  const code = (error as { code?: unknown } | undefined)?.code;
  const known = /^(SQLITE|STORE)_/.test(String(code)) ? sqliteReasons : postgresReasons;
  const [, reason, passes] = known.find(([beginning]) => String(code).startsWith(beginning)) ?? [];
  return reason === undefined ? undefined : new StoreError(reason, error, passes);
}

/** What the database or the system itself said. */
export function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  return cause === undefined ? messageOf(error) : reasonOf(cause);
}

/** Whether a start that fails by this is worth another attempt in a moment. */
export function passesByItself(error: unknown): boolean {
  if (error instanceof StartupError) return passesByItself(error.cause);
  return failureOf(error)?.passes ?? false;
}
