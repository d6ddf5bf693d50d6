/** The least CPU that sending one packet can take on this machine: a C loop of sendmsg, compiled here. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const source = path.join(import.meta.dirname, 'sendmsg.c');
const packets = 300_000;

/**
 * @param size bytes of UDP payload
 * @returns µs of CPU per packet, one value per run
 */
export function measureSendmsg(viewers: number, size: number, runs: number): number[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-sendmsg-'));
  try {
    const program = path.join(folder, 'sendmsg');
    execFileSync('cc', ['-O2', '-pthread', '-o', program, source]);
    return Array.from({ length: runs }, () =>
      Number(execFileSync(program, [`${viewers}`, `${packets}`, `${size}`]).toString()),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
