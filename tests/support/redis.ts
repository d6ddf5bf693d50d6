/** Debian's Redis on a free port of loopback, which keeps nothing on disk. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startCompanion, type Companion } from './process.ts';
import { freePort } from './server.ts';

export interface RunningRedis {
  readonly port: number;
  readonly url: string;
  /** Of its process now. */
  readonly pid: number;
  /** Ends it at once. */
  kill(): Promise<void>;
  /** Starts it anew after `kill`: empty, on the same port. */
  start(): Promise<void>;
  /** Its process stands still, and goes on. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

/** @param more arguments of redis-server, which may depend on its port */
export async function startRedis(
  more: string[] | ((port: number) => string[]) = [],
): Promise<RunningRedis> {
  const port = await freePort();
  const options = typeof more === 'function' ? more(port) : more;
  // What a copy is sent when it begins is a file for a moment.
  const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-redis-'));
  const args = [
    ...['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder],
    ...['--save', '', '--appendonly', 'no', '--rdb-del-sync-files', 'yes'],
  ];
  const launch = (): Promise<Companion> =>
    startCompanion('redis-server', [...args, ...options], (output) =>
      output.includes('Ready to accept connections'),
    );
  let server = await launch();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    server.process.kill(signal);
    await server.stop();
  };
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    get pid() {
      return server.process.pid ?? 0;
    },
    kill: () => end('SIGKILL'),
    async start() {
      server = await launch();
    },
    freeze: () => void server.process.kill('SIGSTOP'),
    thaw: () => void server.process.kill('SIGCONT'),
    async stop() {
      server.process.kill('SIGCONT');
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
