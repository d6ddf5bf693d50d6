/** What the thread of this process has used of its processor. */
import { readFileSync } from 'node:fs';

/**
 * CPU time so far, ms: what other threads take (passwords, the collection of garbage) is not in it, nor what it waits for a core
 * on a busy machine.
 * @returns that of all threads where the system does not tell it (proc(5), `schedstat`)
 */
export function threadTime(): number {
  try {
    const [nanoseconds] = readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ');
    return Number(nanoseconds) / 1e6;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  }
}
