/**
 * A gateway of the server's own: a process beside it, which is started again when it ends, and ends with the server, also
 * where that is killed: the gateway reads its end on its standard input.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Logger } from 'pino';
import { projectFolder, type Settings } from '../config.ts';
import type { Trouble } from '../health.ts';
import { memoryArguments } from './memory.mjs';
import { OwnPass } from './pass.ts';

export interface Door {
  readonly port: number;
  /** SHA-256 of the certificate in use; undefined without TLS. */
  readonly fingerprint: () => string | undefined;
}

/** ms; after a run of `well` the first wait is the shortest again. */
const waits = { first: 500, longest: 30_000, well: 60_000 };
/** How long it has to give its zones back, ms; the server itself has not much longer. */
const longestStop = 1500;
/** How often it is looked whether the certificate is another one, ms. */
const looksAtDoor = 10_000;
/** A line of its log that is longer is cut, characters. */
const longestLine = 10_000;
/** What it may see of the environment: no setting, and so no secret of the server. */
const passedOn = [
  'PATH',
  'HOME',
  'TZ',
  'LANG',
  'LC_ALL',
  'TMPDIR',
  'NODE_ENV',
  'NODE_EXTRA_CA_CERTS',
];
const levels: Record<number, 'fatal' | 'error' | 'warn' | 'debug'> = {
  ...{ 60: 'fatal', 50: 'error', 40: 'warn', 20: 'debug' },
};

export class OwnGateway {
  readonly pass: OwnPass;
  readonly #settings: Settings;
  readonly #log: Logger;
  #door: Door | undefined;
  #child: ChildProcess | undefined;
  #startedAt = 0;
  #fingerprint: string | undefined;
  #wait = waits.first;
  #again: NodeJS.Timeout | undefined;
  #look: NodeJS.Timeout | undefined;
  #lastWords = '';
  #stopped = false;

  constructor(settings: Settings, log: Logger) {
    this.#settings = settings;
    this.#log = log.child({ part: 'gateway' });
    this.pass = new OwnPass(settings.gateway.name, settings.gateway.cameras);
  }

  /** What is wrong with it; joins do not need it. */
  get trouble(): Trouble | undefined {
    if (this.#child || this.#stopped) return undefined;
    return {
      reason: 'The gateway of this server has ended and is started again.',
      stopsJoins: false,
    };
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Begins once the server can be reached. */
  start(door: Door): void {
    this.#door = door;
    this.#launch();
    this.#look = setInterval(() => {
      // It knows the server by its certificate, so a new one is a new start.
      if (this.#child && door.fingerprint() !== this.#fingerprint) this.#child.kill('SIGTERM');
    }, looksAtDoor).unref();
  }

  /** Done when it has given its zones back, or was too slow for that. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#again);
    clearInterval(this.#look);
    const child = this.#child;
    if (!child) return;
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), longestStop);
    await exit;
    clearTimeout(timer);
  }

  #launch(): void {
    if (this.#stopped || !this.#door) return;
    this.#fingerprint = this.#door.fingerprint();
    this.#startedAt = performance.now();
    const args = [...memoryArguments, '--import', 'tsx', 'gateway/main.ts', '--supervised'];
    const env = Object.fromEntries(passedOn.flatMap((name) => [[name, process.env[name]]]));
    const child = spawn(process.execPath, args, {
      cwd: projectFolder,
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.pass.valid = true;
    child.once('error', (error) => this.#ended(child, error.message));
    child.once('exit', (code, signal) => this.#ended(child, `${signal ?? `code ${code}`}`));
    child.stdin.on('error', () => {}); // Its end is told by its exit.
    child.stdin.write(`${JSON.stringify(this.#config())}\n`);
    this.#readLog(child.stdout);
    createInterface({ input: child.stderr }).on('line', (line) => {
      this.#lastWords = line.slice(0, longestLine);
      this.#log.warn(this.#lastWords);
    });
  }

  #config(): object {
    const { gateway, http, store, log } = this.#settings;
    const { name, networks, cameras, transcode, health } = gateway;
    const { token } = this.pass;
    return {
      server: `${this.#fingerprint === undefined ? 'http' : 'https'}://${addressOf(http.host)}:${this.#door?.port}`,
      key: token,
      ...(this.#fingerprint === undefined ? {} : { fingerprint: this.#fingerprint }),
      ...{ name, networks, cameras, transcode, health },
      state_folder: path.resolve(projectFolder, store.folder, 'gateway'),
      log: { level: log.level, format: 'json' },
    };
  }

  #readLog(output: Readable): void {
    createInterface({ input: output }).on('line', (line) => {
      let entry: unknown;
      try {
        entry = JSON.parse(line.slice(0, longestLine));
      } catch {
        entry = { msg: line.slice(0, longestLine) };
      }
      const { level, msg, ...fields } = entry as Record<string, unknown>;
      for (const ofItsOwn of ['time', 'pid', 'hostname']) delete fields[ofItsOwn];
      this.#log[levels[Number(level)] ?? 'info'](fields, String(msg));
    });
  }

  #ended(child: ChildProcess, reason: string): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    this.pass.valid = false;
    if (this.#stopped) return;
    if (performance.now() - this.#startedAt > waits.well) this.#wait = waits.first;
    this.#log.warn({ reason, wait: this.#wait }, 'the gateway has ended and is started again');
    this.#again = setTimeout(() => this.#launch(), this.#wait);
    this.#wait = Math.min(2 * this.#wait, waits.longest);
  }
}

/** Where this machine reaches the server that listens there. */
function addressOf(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
