// Where set-up keeps what takes long to make. Plain JavaScript, since it is needed before any package is there.
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const project = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/**
 * Where something may be, the usual place first: the user's cache (XDG Base Directory), and a folder of the
 * project's for users without a home that can be written to.
 * @returns {string[]}
 */
export function cacheFolders(env = process.env) {
  const own = path.join(project, '.cache');
  try {
    const usual = env.XDG_CACHE_HOME || path.join(env.HOME || homedir(), '.cache');
    return [path.join(usual, 'smart-city-surveillance'), own];
  } catch {
    return [own]; // A user of whom the system knows no home.
  }
}

/**
 * The first of them that can be written to.
 * @returns {string | undefined}
 */
export function writableCache(env = process.env) {
  return cacheFolders(env).find((folder) => {
    try {
      makeFolder(folder);
      accessSync(folder, constants.W_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Step by step: Node's own `recursive` never returns in /proc. @param {string} folder */
function makeFolder(folder) {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  mkdirSync(folder);
}
