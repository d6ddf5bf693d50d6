/** Programs that set-up starts end with it, also when it is interrupted. */
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';

const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const running = new Set<ChildProcess>();
const passOn = (signal: NodeJS.Signals): void => running.forEach((child) => child.kill(signal));

/** While it runs, what is to end this process ends it, so that nothing is left behind. */
export function follow(child: ChildProcess): ChildProcess {
  if (running.size === 0) for (const signal of endings) process.on(signal, passOn);
  running.add(child);
  child.once('close', () => {
    running.delete(child);
    if (running.size === 0) for (const signal of endings) process.off(signal, passOn);
  });
  return child;
}

/**
 * Runs a program to its end.
 * @param onLine told each line of its output
 * @returns exit code (127 when it cannot be started) and the last 4,000 characters of its output
 */
export function run(
  program: string,
  args: string[],
  options: SpawnOptions = {},
  onLine: (line: string) => void = () => {},
): Promise<{ code: number; tail: string }> {
  return new Promise((resolve) => {
    const child = follow(spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] }));
    let tail = '';
    const take = (chunk: Buffer): void => {
      tail = (tail + chunk.toString()).slice(-4000);
      for (const line of chunk.toString().split('\n')) if (line.trim()) onLine(line.trim());
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    child.once('error', (error) => resolve({ code: 127, tail: error.message }));
    child.once('close', (code) => resolve({ code: code ?? 128, tail }));
  });
}
