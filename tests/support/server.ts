/** Starts the real server as its own process, as `npm start` does, on free ports. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { projectFolder } from '../../server/config.ts';
import { removeFolder } from './remove-folder.ts';
import { freshStore } from './test-store.ts';

export interface RunningServer {
  readonly url: string;
  /** The one-time link of a first start; undefined when there was none. */
  readonly setUpLink: string | undefined;
  /** The log lines so far, parsed. */
  readonly log: Record<string, unknown>[];
  readonly process: ChildProcess;
  /** Its store's settings, unless a test has named another folder. */
  readonly store: { readonly url: string; readonly folder: string };
  /** Process ids of the media workers running now. */
  workerPids(): number[];
  /** Those, and the server's own. */
  pids(): number[];
  /** Stops, in an orderly way unless told otherwise, and gives the exit code; its store is gone then. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** Stops and starts again on the same ports, with the same store. */
  restart(signal?: NodeJS.Signals): Promise<void>;
}

export interface HowToStart {
  /** What goes before the program, to run it on another host of a lab. */
  readonly prefix?: string[];
  /** Another program than the server's own. */
  readonly program?: string;
  /** Beside those of the settings. */
  readonly variables?: NodeJS.ProcessEnv;
  /** Takes the log, for whoever reads it before the server is ready. */
  readonly log?: Record<string, unknown>[];
}

/**
 * Below the range from which the system hands out ports by itself, so that none is taken later; and each of vitest's
 * workers has a part of its own, since one that is free is bound only a second later.
 */
const portsOfEach = 5000;
const lowestPort = 10_000 + (Number(process.env.VITEST_POOL_ID ?? 0) % 4) * portsOfEach;
let nextPort = Math.floor(Math.random() * portsOfEach);

/** A TCP port that nobody listens on, with `count - 1` free ones after it; never the same again. */
export async function freePort(count = 1): Promise<number> {
  for (;;) {
    if (nextPort + count > portsOfEach) nextPort = 0;
    const first = lowestPort + nextPort;
    nextPort += count;
    const free = await Promise.all(
      Array.from({ length: count }, (_, index) => isFree(first + index)),
    );
    if (free.every(Boolean)) return first;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/**
 * @param settings SURVEILLANCE_ variables without the prefix
 */
export async function startServer(
  settings: Record<string, string> = {},
  { prefix = [], program = 'server/main.ts', variables = {}, log = [] }: HowToStart = {},
): Promise<RunningServer> {
  const port = await freePort();
  const mediaPort = await freePort(2);
  const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-store-'));
  const named = settings.STORE_URL ?? (settings.STORE_FOLDER === undefined ? undefined : '');
  const store = named === undefined ? await freshStore() : undefined;
  const url = named ?? store?.url ?? '';
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...variables,
    SURVEILLANCE_LOG_FORMAT: 'json',
  };
  const all: Record<string, string> = {
    HTTP_PORT: `${port}`,
    HTTP_HOST: '127.0.0.1',
    MEDIA_PORT: `${mediaPort}`,
    MEDIA_WORKERS: '2',
    MEDIA_LISTEN: '127.0.0.1',
    ACCESS_MODE: 'open',
    STORE_FOLDER: folder,
    STORE_URL: url,
    ...settings,
  };
  for (const [name, value] of Object.entries(all)) env[`SURVEILLANCE_${name}`] = value;
  const name = all.HTTP_HOST === '127.0.0.1' ? 'localhost' : all.HTTP_HOST;
  const links: string[] = [];
  const forgetStore = async (): Promise<void> => {
    await store?.forget();
    await removeFolder(folder);
  };
  const command = [...prefix, process.execPath, '--import', 'tsx', program];
  let child = await launch(command, env, log, links).catch(async (error: unknown) => {
    await forgetStore();
    throw error;
  });
  const end = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exit = once(child, 'exit') as Promise<[number | null]>;
    child.kill(signal);
    return (await exit)[0];
  };
  const workerPids = (): number[] => {
    const pids = new Set<number>();
    for (const { msg, workers, pid } of log) {
      if (msg === 'server ready') {
        pids.clear();
        for (const worker of workers as number[]) pids.add(worker);
      }
      if (msg === 'media worker died; replacing it') pids.delete(pid as number);
      if (msg === 'media worker replaced') pids.add(pid as number);
    }
    return [...pids];
  };
  return {
    url: `${all.TLS_ENABLED === 'false' ? 'http' : 'https'}://${name}:${all.HTTP_PORT}`,
    log,
    store: { url, folder },
    get setUpLink() {
      return links.at(-1);
    },
    get process() {
      return child;
    },
    workerPids,
    pids: () => [child.pid ?? 0, ...workerPids()],
    async stop(signal) {
      const code = await end(signal);
      await forgetStore();
      return code;
    },
    async restart(signal) {
      await end(signal);
      child = await launch(command, env, log, links);
    },
  };
}

async function launch(
  [program = '', ...args]: string[],
  env: NodeJS.ProcessEnv,
  log: Record<string, unknown>[],
  links: string[],
): Promise<ChildProcess> {
  const child = spawn(program, args, {
    cwd: path.resolve(projectFolder),
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (text: Buffer) => (complaint += text.toString()));
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${complaint}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      links.push(...(/https?:\S+\/setup\?token=\S+/.exec(line) ?? []));
      if (!line.startsWith('{')) return;
      const entry = JSON.parse(line) as Record<string, unknown>;
      log.push(entry);
      if (entry.msg === 'server ready') resolve();
    });
  });
  return child;
}
