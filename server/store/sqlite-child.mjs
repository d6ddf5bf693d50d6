/**
 * One connection to SQLite's file, in a process of its own: SQLite answers when it is done, and whoever calls
 * it stands still until then, be it for another program's lock or for a slow disk. The server must not.
 *
 * Started by sqlite-process.ts, with the file and the pragmas as arguments. It answers one question after
 * another, and ends with the server.
 */
import { statSync } from 'node:fs';
import Database from 'libsql';

/**
 * @typedef {{ id: number, sql: string, parameters: unknown[], before?: string }} Question
 * @typedef {{ id: number, rows?: unknown[], changes?: number, error?: { message: string, code?: string } }} Answer
 */

// What ends the server is sent to its whole group, and it still has something to write then.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
process.on('disconnect', () => void close().then(() => process.exit()));

/** @type {import('libsql').Database | undefined} */
let database;
const [, , file = '', ...pragmas] = process.argv;

/** @param {Answer} answer */
function tell(answer) {
  process.send?.(answer, undefined, undefined, () => {}); // A server that is gone ends this process too.
}

/** @param {unknown} error */
function faultOf(error) {
  const { message, code } = /** @type {{ message?: string, code?: string }} */ (error);
  return { message: message ?? String(error), ...(typeof code === 'string' ? { code } : {}) };
}

/**
 * Which file a name leads to; SQLite holds its own open, and would go on with it though nobody finds it any
 * more. @param {string} name
 */
function identityOf(name) {
  const stat = statSync(name, { throwIfNoEntry: false, bigint: true });
  return stat && `${stat.dev} ${stat.ino}`;
}

/** @type {Map<string, string>} */
const opened = new Map();

/** Whether a file that was opened is not the one of its name any more. */
function isLost() {
  for (const name of [file, `${file}-wal`, `${file}-shm`]) {
    const before = opened.get(name);
    const now = identityOf(name);
    if (before !== undefined && before !== now) return true;
    if (now !== undefined) opened.set(name, now);
  }
  return false;
}

/**
 * Whoever closes the file last takes SQLite's other files beside it away. libsql lets go of it only once the
 * statements are gone too, which nothing but the collection of garbage brings about (its issue 228).
 */
async function close() {
  database?.close();
  database = undefined;
  for (let round = 0; round < 3; round += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc?.();
  }
}

/** @param {import('libsql').Database} database @param {Question} question @returns {Answer} */
function answer(database, { id, sql, parameters, before }) {
  if (sql === 'rollback') {
    // What failed may have been rolled back already, as a full disk is.
    if (database.inTransaction) database.exec(sql);
    return { id };
  }
  if (isLost()) {
    return { id, error: { message: `${file} was removed or replaced`, code: 'STORE_LOST' } };
  }
  if (before !== undefined) database.exec(before);
  const statement = database.prepare(sql);
  if (statement.reader) return { id, rows: statement.all(parameters) };
  return { id, changes: statement.run(parameters).changes };
}

/** @param {unknown} message */
function take(message) {
  if (!database) return;
  const question = /** @type {Question} */ (message);
  try {
    tell(answer(database, question));
  } catch (error) {
    tell({ id: question.id, error: faultOf(error) });
  }
}

try {
  database = new Database(file);
  for (const pragma of pragmas) database.pragma(pragma);
  isLost(); // Notes which files these are.
  process.on('message', take);
  tell({ id: 0 });
} catch (error) {
  tell({ id: 0, error: faultOf(error) });
}
