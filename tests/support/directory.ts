/** One node's view of the directory in Redis, without a server around it. */
import { pino } from 'pino';
import { Leases } from '../../server/cluster/directory/leases.ts';
import { Redis } from '../../server/cluster/directory/redis.ts';
import { ClusterSettings } from '../../server/cluster/settings.ts';

/** ms */
export const lease = 2000;

/** What a node of the cluster is told, unless a test says otherwise. */
export function clusterSettings(
  redisUrl: string,
  node: string,
  more: Partial<Record<keyof ClusterSettings, unknown>> = {},
): ClusterSettings {
  return ClusterSettings.parse({
    redis_url: redisUrl,
    ...{ sentinels: [], sentinel_master: 'mymaster', redis_ca_file: '' },
    ...{ node, address: '127.0.0.1:5999', secret: 'x'.repeat(32) },
    ...{
      pipe_listen: '127.0.0.1',
      pipe_ports: '40000-40100',
      lease,
      trust_for: 60_000,
      fan_out: 8,
    },
    ...more,
  });
}

export interface Desk {
  readonly leases: Leases;
  readonly redis: Redis;
  /** What it lost, and to whom. */
  readonly lost: string[];
  /** Lets this node's clock go on by so much, as if it had been paused; ms. */
  pause(time: number): void;
}

export async function openDesk(redisUrl: string, node: string): Promise<Desk> {
  const redis = await Redis.connect(clusterSettings(redisUrl, node), pino({ level: 'silent' }));
  let ahead = 0;
  const clock = (): number => performance.now() + ahead;
  const leases = new Leases({ redis, node, boot: `boot-of-${node}`, time: lease, clock });
  const lost: string[] = [];
  leases.onLost = (zone, to) => lost.push(`${zone} to ${to.node}`);
  return { leases, redis, lost, pause: (time) => void (ahead += time) };
}
