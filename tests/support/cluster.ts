/** Several nodes as one service: real server processes that share a real Redis and a real PostgreSQL. */
import { startPostgres, type RunningPostgres } from './postgres.ts';
import { startRedis, type RunningRedis } from './redis.ts';
import { freePort, startServer, type HowToStart, type RunningServer } from './server.ts';

export const secret = 'known to the nodes of this test alone';
/** ms */
export const leaseTime = 1500;

export class TestCluster {
  readonly nodes: RunningServer[] = [];
  readonly redis: RunningRedis;
  readonly postgres: RunningPostgres;
  /** The address of their database. */
  readonly store: string;

  private constructor(redis: RunningRedis, postgres: RunningPostgres, store: string) {
    this.redis = redis;
    this.postgres = postgres;
    this.store = store;
  }

  static async start(): Promise<TestCluster> {
    const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
    return new TestCluster(redis, postgres, await postgres.makeDatabase());
  }

  /** @param more settings, without the prefix */
  async startNode(
    name: string,
    more: Record<string, string> = {},
    how: HowToStart = {},
  ): Promise<RunningServer> {
    const first = await freePort(20);
    const settings = {
      TLS_ENABLED: 'false',
      MEDIA_WORKERS: '1',
      STORE_URL: this.store,
      CLUSTER_REDIS_URL: this.redis.url,
      CLUSTER_NODE: name,
      CLUSTER_ADDRESS: `127.0.0.1:${await freePort()}`,
      CLUSTER_SECRET: secret,
      CLUSTER_PIPE_LISTEN: '127.0.0.1',
      CLUSTER_PIPE_PORTS: `${first}-${first + 19}`,
      CLUSTER_LEASE: `${leaseTime}`,
      ...more,
    };
    const node = await startServer(settings, how);
    this.nodes.push(node);
    return node;
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
    await this.redis.stop();
    await this.postgres.stop();
  }
}
