/** Whether a Redis can be used for the directory: looked for at start, where it can be told in one sentence. */
import { randomUUID } from 'node:crypto';
import type { Redis as Client } from 'ioredis';
import { messageOf } from '../../contract/errors.ts';
import { StartupError } from '../../startup-error.ts';
import { evaluate } from './evaluate.ts';
import { keys, scripts } from './scripts.ts';

const oldest = 6;

/** @throws StartupError for what would only show when it is too late */
export async function requireUsable(client: Client): Promise<void> {
  const info = await client.info();
  const fact = (name: string): string =>
    new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
  const refuse = (reason: string): never => {
    throw new StartupError(`The Redis of the setting cluster.redis_url cannot be used: ${reason}.`);
  };
  if (Number(fact('redis_version').split('.')[0]) < oldest) refuse(`it is older than ${oldest}.0`);
  if (fact('cluster_enabled') === '1') {
    refuse('it is a Redis Cluster, over which steps cannot be whole; use one Redis, or Sentinel');
  }
  if (fact('role') === 'slave')
    refuse('it is a replica; name the master, or use cluster.sentinels');
  const policy = fact('maxmemory_policy');
  if (policy !== 'noeviction') {
    refuse(`it forgets what it likes when it is full (maxmemory-policy ${policy}); set noeviction`);
  }
}

/** @throws StartupError where its user may not do what the directory does */
export async function requireRights(client: Client): Promise<void> {
  // A name that no zone can have, and of this trial alone.
  const zone = `probe.${randomUUID()}`;
  const lease = keys.lease(zone);
  try {
    const claimed = await evaluate(
      client,
      'claim',
      [...[lease, keys.leases, keys.token], ...[keys.nodes, keys.pulse, keys.settling]],
      [...[zone, 'probe', zone, 1000, 0, 0]],
    );
    const [, token = 0] = claimed as [number, number?];
    await evaluate(client, 'renew', [keys.leases, lease], ['probe', zone, 1000, zone, token]);
    // By the text too: Redis knows none by its digest after a restart.
    await client.eval(scripts.read, 1, lease);
    await evaluate(client, 'list', [keys.leases], [keys.lease('')]);
    await evaluate(client, 'release', [lease, keys.leases], [zone, zone, token]);
  } catch (error) {
    requireRight(error);
    throw error;
  }
}

/** @throws StartupError where Redis has refused something for want of a right */
export function requireRight(error: unknown): void {
  const reason = messageOf(error);
  // Of what a script may not do, Redis 7.0 tells in other words.
  if (!/NOPERM|permission|can't run this command/i.test(reason)) return;
  throw new StartupError(
    `The user of the setting cluster.redis_url lacks a right in Redis (${reason}): docs/cluster.md lists what it needs.`,
  );
}
