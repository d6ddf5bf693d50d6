/** A Redis with a copy of it, watched by Sentinels that make the copy the master when it goes. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startCompanion, type Companion } from './process.ts';
import { startRedis, type RunningRedis } from './redis.ts';
import { freePort } from './server.ts';

/** How the Sentinels call the master. */
export const masterName = 'surveillance-test';
const howMany = 3;

export class TestSentinels {
  readonly master: RunningRedis;
  readonly copy: RunningRedis;
  readonly #folder: string;
  readonly #sentinels: { readonly port: number; readonly program: Companion }[];

  private constructor(
    redis: Pick<TestSentinels, 'master' | 'copy'>,
    folder: string,
    sentinels: { port: number; program: Companion }[],
  ) {
    this.master = redis.master;
    this.copy = redis.copy;
    this.#folder = folder;
    this.#sentinels = sentinels;
  }

  static async start(): Promise<TestSentinels> {
    const master = await startRedis();
    const copy = await startRedis(['--replicaof', '127.0.0.1', `${master.port}`]);
    await until(() => ask(master.port, 'INFO', 'replication').includes('state=online'));
    const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-sentinels-'));
    const sentinels = await Promise.all(
      Array.from({ length: howMany }, async (_, number) => {
        const port = await freePort();
        const file = path.join(folder, `${number}.conf`);
        const lines = [
          `port ${port}`,
          'bind 127.0.0.1',
          `dir ${folder}`,
          `sentinel monitor ${masterName} 127.0.0.1 ${master.port} 2`,
          `sentinel down-after-milliseconds ${masterName} 1000`,
          `sentinel failover-timeout ${masterName} 5000`,
        ];
        writeFileSync(file, `${lines.join('\n')}\n`);
        const program = await startCompanion('redis-server', [file, '--sentinel'], (output) =>
          output.includes('+monitor'),
        );
        return { port, program };
      }),
    );
    const all = new TestSentinels({ master, copy }, folder, sentinels);
    await until(() =>
      sentinels.every(
        ({ port }) =>
          ask(port, 'SENTINEL', 'CKQUORUM', masterName).startsWith(`OK ${howMany}`) &&
          ask(port, 'SENTINEL', 'REPLICAS', masterName).includes(`${copy.port}`),
      ),
    );
    return all;
  }

  /** HOST:PORT of each. */
  get addresses(): string[] {
    return this.#sentinels.map(({ port }) => `127.0.0.1:${port}`);
  }

  /** The first one stands still: it takes connections, and answers nothing. */
  freezeFirst(): void {
    this.#sentinels[0]?.program.process.kill('SIGSTOP');
  }

  async stop(): Promise<void> {
    for (const { program } of this.#sentinels) program.process.kill('SIGCONT');
    await Promise.all(this.#sentinels.map(({ program }) => program.stop()));
    await Promise.all([this.master.stop(), this.copy.stop()]);
    rmSync(this.#folder, { recursive: true });
  }
}

/** What a Redis or a Sentinel answers; a refusal too. */
export function ask(port: number, ...command: string[]): string {
  return execFileSync('redis-cli', ['-p', `${port}`, ...command], { encoding: 'utf8' });
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries === 150) throw new Error('the Sentinels do not find each other');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
