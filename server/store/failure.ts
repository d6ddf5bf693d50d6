/** What is wrong when the database cannot be used, in words; other errors are mistakes of this program. */
import { RefusedError } from '../contract/errors.ts';

/** The database cannot be used at the moment. Clients hear it as `unavailable`, and try again. */
export class StoreError extends RefusedError {
  /** @param reason ends the sentence: `the disk is full` */
  constructor(reason: string, cause?: unknown) {
    super('unavailable', `The server's database cannot be used at the moment: ${reason}.`);
    this.name = 'StoreError';
    this.cause = cause;
  }
}

/** The result codes of SQLite (sqlite.org/rescode.html) by how they begin. */
const sqliteReasons: [code: string, reason: string][] = [
  ['SQLITE_BUSY', 'another program holds it locked'],
  ['SQLITE_LOCKED', 'another program holds it locked'],
  ['SQLITE_PROTOCOL', 'another program holds it locked'],
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
const postgresReasons: [code: string, reason: string][] = [
  ['08', 'the connection to it was lost'],
  ['25006', 'it is read-only'],
  ['28', 'it refuses the server’s name or password'],
  ['40', 'another program changes the same'],
  ['53100', 'its disk is full'],
  ['53300', 'it has too many connections'],
  ['53', 'it has no memory or disk left'],
  ['55P03', 'another program holds it locked'],
  ['57014', 'it does not answer in time'],
  ['57P', 'it is being stopped or started'],
  ['58', 'its disk fails'],
];

/** @returns undefined when the database did answer, as it does to a breach of a constraint */
export function failureOf(error: unknown): StoreError | undefined {
  if (error instanceof StoreError) return error;
  const code = (error as { code?: unknown } | undefined)?.code;
  const known = /^(SQLITE|STORE)_/.test(String(code)) ? sqliteReasons : postgresReasons;
  const reason = known.find(([beginning]) => String(code).startsWith(beginning))?.[1];
  return reason === undefined ? undefined : new StoreError(reason, error);
}
