/** What processes send to each other over TCP, as the kernel counts it (ss(8)), and what Redis and PostgreSQL do. */
import { execFileSync } from 'node:child_process';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import type { TestCluster } from '../../support/cluster.ts';
import { cpuTime, descendants } from '../measure/cpu.ts';

/** What has been counted of each connection or process so far. */
export type Counts = ReadonlyMap<string, number>;

/** What came since, whatever has ended meanwhile. */
export function growth(before: Counts, after: Counts): number {
  return [...after].reduce((sum, [key, count]) => sum + count - (before.get(key) ?? 0), 0);
}

/** Of a process, its connections with an end at one of the ports; bytes, both ways. */
export function tcpBytes(pid: number, ports: readonly number[]): Counts {
  const ends = ports.map((port) => `sport = :${port} or dport = :${port}`).join(' or ');
  const text = execFileSync('ss', ['-tinpHO', `( ${ends} )`], { maxBuffer: 64 << 20 }).toString();
  return new Map(
    text
      .split('\n')
      .filter((line) => line.includes(`pid=${pid},`))
      .map((line) => {
        const [, , , near = '', far = ''] = line.split(/\s+/);
        return [`${near} ${far}`, counter(line, 'bytes_sent') + counter(line, 'bytes_received')];
      }),
  );
}

function counter(line: string, name: string): number {
  return Number(new RegExp(` ${name}:(\\d+)`).exec(line)?.[1] ?? 0);
}

/** What both have done so far, for all nodes together. */
export interface Services {
  /** Commands of nodes, and those that scripts gave. */
  readonly redisCommands: number;
  /** CPU time, ms. */
  readonly redisCpu: number;
  readonly transactions: number;
  /** CPU time of each of its processes, ms. */
  readonly postgresCpu: Counts;
}

export class ServiceMeter {
  readonly #cluster: TestCluster;
  readonly #redis: Redis;
  readonly #postgres: Client;

  static async open(cluster: TestCluster): Promise<ServiceMeter> {
    const postgres = new Client({ connectionString: cluster.store });
    await postgres.connect();
    return new ServiceMeter(cluster, new Redis(cluster.redis.url), postgres);
  }

  private constructor(cluster: TestCluster, redis: Redis, postgres: Client) {
    this.#cluster = cluster;
    this.#redis = redis;
    this.#postgres = postgres;
  }

  async read(): Promise<Services> {
    const info = await this.#redis.info('stats');
    const { rows } = await this.#postgres.query<{ done: string }>(
      'SELECT xact_commit + xact_rollback AS done FROM pg_stat_database WHERE datname = current_database()',
    );
    const { redis, postgres } = this.#cluster;
    const backends = [postgres.pid, ...descendants(postgres.pid)];
    return {
      redisCommands: Number(/total_commands_processed:(\d+)/.exec(info)?.[1] ?? NaN),
      redisCpu: cpuTime(redis.pid),
      transactions: Number(rows[0]?.done ?? NaN),
      postgresCpu: new Map(backends.map((pid) => [`${pid}`, cpuTime(pid)])),
    };
  }

  async close(): Promise<void> {
    this.#redis.disconnect();
    await this.#postgres.end();
  }
}
