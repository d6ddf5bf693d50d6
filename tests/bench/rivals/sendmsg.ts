/** The least CPU that sending one packet can take on this machine: a C loop of sendmsg, compiled here. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { compile } from '../load/compile.ts';

const source = path.join(import.meta.dirname, 'sendmsg.c');
const packets = 300_000;

/**
 * @param size bytes of UDP payload
 * @returns µs of CPU per packet, one value per run
 */
export async function measureSendmsg(
  viewers: number,
  size: number,
  runs: number,
): Promise<number[]> {
  const program = await compile(source);
  try {
    return Array.from({ length: runs }, () =>
      Number(execFileSync(program.path, [`${viewers}`, `${packets}`, `${size}`]).toString()),
    );
  } finally {
    program.remove();
  }
}
