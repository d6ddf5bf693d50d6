/** Whether a program works, or only waits: how long it had the processor so far. */
import { readFileSync } from 'node:fs';

/** Of Linux' count (USER_HZ), ms. */
const tick = 10;

/** @returns ms; undefined where it is gone, or this system does not say (proc(5), fields 14 and 15 of `stat`) */
export function processorTime(pid: number | undefined): number | undefined {
  if (pid === undefined) return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name of the program comes before, and may have anything in it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * tick;
  } catch {
    return undefined;
  }
}
