/** Processor time and memory of other processes, and which cores they may run on (Linux). */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** CPU time of all threads of a process so far, ms. */
export function cpuTime(pid: number): number {
  return schedule(pid).running;
}

/** What all threads of a process have got of their cores so far, and waited for it; ms (proc(5): schedstat). */
export function schedule(pid: number): { running: number; waiting: number } {
  const sum = { running: 0, waiting: 0 };
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      const [running = 0, waiting = 0] = readFileSync(
        `/proc/${pid}/task/${thread}/schedstat`,
        'utf8',
      )
        .split(' ')
        .map(Number);
      sum.running += running / 1e6;
      sum.waiting += waiting / 1e6;
    } catch {
      // A thread that has just ended is not counted any more.
    }
  }
  return sum;
}

/** Memory that a process has in RAM, MiB (proc(5): VmRSS). */
export function residentMemory(pid: number): number {
  const [, kibibytes = '0'] =
    /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) / 1024;
}

/** All processes that a process has started, and those they have started. */
export function descendants(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
    try {
      return readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')
        .split(' ')
        .filter(Boolean);
    } catch {
      return [];
    }
  });
  return children.map(Number).flatMap((child) => [child, ...descendants(child)]);
}

/** The program of a process and its arguments; empty when it has just ended. */
export function commandOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** Lets a process, with all its threads, run on these cores only. */
export function pin(pid: number, cores: number[]): void {
  execFileSync('taskset', ['-apc', cores.join(','), `${pid}`], { stdio: 'ignore' });
}

/**
 * Keeps this process, and whatever it starts meanwhile, on one core until something has been done.
 * @param cores where it may run again afterwards
 */
export async function keptOn<Result>(
  core: number,
  cores: number[],
  act: () => Promise<Result>,
): Promise<Result> {
  pin(process.pid, [core]);
  try {
    return await act();
  } finally {
    pin(process.pid, cores);
  }
}

/** Datagrams that the kernel has dropped on this machine, since a receiver was too slow. */
export function receiveBufferDrops(): number {
  const [names = '', values = ''] = readFileSync('/proc/net/snmp', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('Udp:'));
  return Number(values.split(' ')[names.split(' ').indexOf('RcvbufErrors')]);
}

export function pause(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time));
}
