/** What something costs the server: processor time, which does not depend on what else the machine does. */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { RunningServer } from './server.ts';

const tick = 10; // ms, of /proc/PID/stat (proc(5))

/** @returns processor time of the server's own process while something goes on, ms: it is deaf meanwhile */
export async function costOf(
  server: RunningServer,
  during: () => Promise<unknown>,
): Promise<number> {
  const pid = server.process.pid ?? 0;
  const before = used(pid);
  await during();
  await pause(100); // What was sent last is to be read too.
  return used(pid) - before;
}

function used(pid: number): number {
  const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const [user = 0, system = 0] = fields.split(' ').slice(11, 13).map(Number);
  return (user + system) * tick;
}
