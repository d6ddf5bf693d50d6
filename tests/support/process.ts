/** A program that runs beside a test, and ends with it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export interface Companion {
  readonly process: ChildProcess;
  /** All that it has printed so far. */
  readonly output: () => string;
  stop(): Promise<void>;
}

/** @param ready resolves when the program can be used; asked again and again for at most 30 s */
export async function startCompanion(
  program: string,
  args: string[],
  ready: (output: string) => boolean | Promise<boolean>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Companion> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  let output = '';
  const take = (chunk: Buffer): void => void (output += chunk.toString());
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  let failure: Error | undefined;
  child.once('error', (error) => (failure = error));
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    const lastResort = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await exit;
    clearTimeout(lastResort);
  };
  for (let tries = 0; tries < 300; tries += 1) {
    if (failure) throw failure;
    if (child.exitCode !== null) throw new Error(`${program} ended: ${output}`);
    if (await ready(output)) return { process: child, output: () => output, stop };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  throw new Error(`${program} is not ready after 30 s: ${output}`);
}

/** Replaces each text, all of which must be there. */
export function fillIn(text: string, replacements: Record<string, string>): string {
  return Object.entries(replacements).reduce((filled, [from, to]) => {
    if (!filled.includes(from)) throw new Error(`"${from}" is not in the file any more`);
    return filled.replaceAll(from, to);
  }, text);
}

/** Whether there is any answer at an address, whatever it is. */
export function answers(url: string): Promise<boolean> {
  return fetch(url, { redirect: 'manual' }).then(
    () => true,
    () => false,
  );
}
