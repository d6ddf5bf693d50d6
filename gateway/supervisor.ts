/**
 * A gateway that a server runs beside itself is told what it needs on its standard input: one line of JSON, so that no
 * secret is in an argument or an environment. The end of that input is the end of the server, however it came.
 */
import { createInterface } from 'node:readline';
import { ConfigError } from './config.ts';

export interface Supervisor {
  readonly config: unknown;
  readonly gone: Promise<void>;
}

export async function readSupervisor(): Promise<Supervisor> {
  const lines = createInterface({ input: process.stdin });
  const gone = new Promise<void>((resolve) => void lines.once('close', resolve));
  const line = await Promise.race([
    new Promise<string>((resolve) => void lines.once('line', resolve)),
    gone.then(() => ''),
  ]);
  try {
    return { config: JSON.parse(line) as unknown, gone };
  } catch {
    throw new ConfigError('--supervised is for a server that starts it.');
  }
}
