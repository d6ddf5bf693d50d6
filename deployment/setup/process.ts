import { spawn, type SpawnOptions } from 'node:child_process';

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
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
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
