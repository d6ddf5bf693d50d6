/** Debian's PostgreSQL on a free port, in a folder of its own, as another user where this one is root. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeDatabase } from './database.ts';
import { startCompanion, type Companion } from './process.ts';
import { freePort } from './server.ts';

const packages = '/usr/lib/postgresql';

/** The folder of its programs, which Debian keeps out of PATH; the newest version. */
export const postgresPrograms = existsSync(packages)
  ? readdirSync(packages)
      .sort((a, b) => Number(b) - Number(a))
      .map((version) => path.join(packages, version, 'bin'))
      .find((folder) => existsSync(path.join(folder, 'initdb')))
  : undefined;

export interface RunningPostgres {
  /** The address of a database that is always there. */
  readonly url: string;
  /** Of its first process, whose children serve the connections. */
  readonly pid: number;
  /** The address of a new and empty database. */
  makeDatabase(): Promise<string>;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  /** Starts it anew after `kill`, on the same port, with all that was committed. */
  start(): Promise<void>;
  /** All of its processes stand still, and go on. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

export async function startPostgres(): Promise<RunningPostgres> {
  if (!postgresPrograms) throw new Error('there is no PostgreSQL here');
  const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-postgres-'));
  const data = path.join(folder, 'data');
  const passwordFile = path.join(folder, 'password');
  const password = 'correct horse';
  writeFileSync(passwordFile, password);
  chmodSync(passwordFile, 0o644);
  // The server refuses to run as root.
  const user = process.getuid?.() === 0 ? 'postgres' : undefined;
  if (user) execFileSync('chown', [user, folder]);
  const asUser = (program: string, args: string[]): [string, string[]] => {
    const file = path.join(postgresPrograms, program);
    if (!user) return [file, args];
    const rights = [`--reuid=${user}`, `--regid=${user}`, '--clear-groups'];
    return ['setpriv', [...rights, file, ...args]];
  };
  const account = ['--username', 'tester', '--pwfile', passwordFile];
  // What is lost with the machine is no test's.
  const initdb = ['--pgdata', data, '--no-sync', ...account];
  execFileSync(...asUser('initdb', [...initdb, '--auth', 'scram-sha-256', '--encoding', 'UTF8']), {
    cwd: folder,
    stdio: 'ignore',
  });
  const port = await freePort();
  const url = `postgres://tester:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
  const options = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=300'];
  const command = asUser('postgres', [
    ...['-D', data, '-p', `${port}`],
    ...options.flatMap((option) => ['-c', option]),
  ]);
  const launch = (): Promise<Companion> =>
    startCompanion(...command, (output) => output.includes('ready to accept connections'));
  let server = await launch();
  const signalAll = (signal: NodeJS.Signals): void => {
    const { pid = 0 } = server.process;
    for (const each of [pid, ...childrenOf(pid)]) process.kill(each, signal);
  };
  return {
    url,
    pid: server.process.pid ?? 0,
    makeDatabase: () => makeDatabase(url),
    async kill() {
      // To its own children it says the same (the manual, "Shutting Down the Server").
      server.process.kill('SIGQUIT');
      await server.stop();
    },
    async start() {
      server = await launch();
    },
    freeze: () => signalAll('SIGSTOP'),
    thaw: () => signalAll('SIGCONT'),
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The processes that one has started (proc(5)). */
function childrenOf(pid: number): number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return list.trim().split(' ').filter(Boolean).map(Number);
}
