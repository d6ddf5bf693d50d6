/** Starts the real gateway as its own process, with a file and a state folder of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { SiteCamera } from '../../../server/contract/gateway.ts';
import { projectFolder } from '../../../server/config.ts';
import { memoryArguments } from '../../../server/own-gateway/memory.mjs';
import { freePort } from '../server.ts';

export interface RunningGateway {
  readonly log: Record<string, unknown>[];
  readonly process: ChildProcess;
  readonly folder: string;
  /** Of `/metrics`, by name and labels as they are written there. */
  metrics(): Promise<Map<string, number>>;
  health(): Promise<{ server: string; reason?: string; cameras: Record<string, number> }>;
  /** The status of `/readyz`, and what keeps it from being ready. */
  ready(): Promise<{ status: number; troubles: string[] }>;
  /** Stops, and gives the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** Ends it as it is, and starts it anew with the same file. */
  restart(signal?: NodeJS.Signals): Promise<void>;
  /** Stops it, and forgets its folder. */
  end(): Promise<void>;
}

export interface GatewayFile {
  readonly server: string;
  readonly key?: string;
  readonly fingerprint?: string;
  readonly cameras: (Pick<SiteCamera, 'name' | 'zone' | 'url'> & Partial<SiteCamera>)[];
  readonly [field: string]: unknown;
}

export async function startGateway(file: GatewayFile): Promise<RunningGateway> {
  const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-gateway-'));
  const port = await freePort();
  const name = path.join(folder, 'gateway.yaml');
  const config = {
    ...{ name: 'site', networks: ['127.0.0.1'], health: `127.0.0.1:${port}` },
    ...{ log: { level: 'info', format: 'json' }, ...file },
  };
  // YAML reads JSON.
  writeFileSync(name, JSON.stringify(config), { mode: 0o600 });
  const log: Record<string, unknown>[] = [];
  let child = await launch(name, log);
  const end = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exit = once(child, 'exit') as Promise<[number | null]>;
    child.kill(signal);
    return (await exit)[0];
  };
  const ask = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${port}${path}`);
  return {
    ...{ log, folder },
    get process() {
      return child;
    },
    async metrics() {
      const text = await (await ask('/metrics')).text();
      const lines = text.split('\n').filter((line) => line.startsWith('surveillance_gateway_'));
      return new Map(
        lines.map((line) => {
          const at = line.lastIndexOf(' ');
          return [line.slice(0, at).replace('surveillance_gateway_', ''), Number(line.slice(at))];
        }),
      );
    },
    health: async () => (await ask('/healthz')).json() as never,
    async ready() {
      const answer = await ask('/readyz');
      const { troubles } = (await answer.json()) as { troubles: string[] };
      return { status: answer.status, troubles };
    },
    stop: end,
    async restart(signal) {
      await end(signal);
      child = await launch(name, log);
    },
    async end() {
      await end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function launch(file: string, log: Record<string, unknown>[]): Promise<ChildProcess> {
  const args = [...memoryArguments, '--import', 'tsx', 'gateway/main.ts', '--config', file];
  const child = spawn(process.execPath, args, {
    cwd: projectFolder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (text: Buffer) => (complaint += text.toString()));
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the gateway ended with ${code}: ${complaint}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const entry = JSON.parse(line) as Record<string, unknown>;
      log.push(entry);
      if (entry.msg === 'gateway ready') resolve();
    });
  });
  return child;
}
