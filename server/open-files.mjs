// How many files and sockets this process may have open. Plain JavaScript without packages, since it is looked
// at before anything else can be read.
import { readFileSync } from 'node:fs';

/** For Node itself and its modules while they are read. */
const forProgram = 192;
/** Channels and pipes to a media worker, and to the store's processes. */
const perWorker = 12;
/** A connection each, and some to spare. */
const forPeople = 64;

/** The hard limit: Node raises its own soft one to it at its start. Infinity where none is known. */
export function openFileLimit() {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    const hard = /^Max open files\s+\S+\s+(\d+)/m.exec(limits)?.[1];
    return hard === undefined ? Infinity : Number(hard);
  } catch {
    return Infinity; // Not Linux.
  }
}

/**
 * What is wrong with the limit, in one sentence; undefined when it will do.
 * @param {number} workers media workers that are to be started
 */
export function openFileTrouble(workers, limit = openFileLimit()) {
  const needed = forProgram + workers * perWorker + forPeople;
  if (limit >= needed) return undefined;
  const with_ = workers > 0 ? ` with ${workers} media ${workers === 1 ? 'worker' : 'workers'}` : '';
  return `Only ${limit} files and sockets may be open here, and${with_} at least ${needed} are needed, one more for each person and camera: raise the limit, such as with \`ulimit -Hn 65536\` as root before the start, LimitNOFILE=65536 in a systemd unit, or --ulimit nofile=65536 in a container.`;
}

/** How many people and cameras can be connected at once, more or less. */
export function roomForPeople(/** @type {number} */ workers, limit = openFileLimit()) {
  return Math.max(0, limit - forProgram - workers * perWorker);
}
