/**
 * The connection to Redis: scripts with a deadline, and no memory. Nothing waits in a queue for Redis to come back, and
 * nothing is asked twice: what was asked before a pause or a fail-over may be wrong after it.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import path from 'node:path';
import type { Redis as Client, RedisOptions } from 'ioredis';
import type { Logger } from 'pino';
import { projectFolder } from '../config.ts';
import { messageOf, RefusedError } from '../contract/errors.ts';
import { StartupError } from '../startup-error.ts';
import { keys, scripts, type ScriptName } from './scripts.ts';
import { hostOf, type ClusterSettings } from './settings.ts';

const reconnecting = { least: 100, most: 1000 }; // ms
const oldest = 6;

/** What the directory needs of Redis. */
export interface ScriptRunner {
  /** @throws RefusedError `unavailable` when Redis does not answer in time */
  run(script: ScriptName, keys: string[], args: (string | number)[]): Promise<unknown>;
}

export class Redis implements ScriptRunner {
  /** Told when it can be asked again, after a break or a fail-over. */
  onReady: () => void = () => {};
  readonly #client: Client;
  readonly #log: Logger;
  #trouble: string | undefined;

  private constructor(client: Client, log: Logger) {
    this.#client = client;
    this.#log = log;
    // Each attempt to connect tells why it failed; the first one is enough.
    client.on('error', (error: Error) => this.#fails(messageOf(error)));
    client.on('ready', () => this.onReady());
  }

  /**
   * Connects, and looks whether this Redis can be used.
   * @throws StartupError that tells the reason, never the password
   */
  static async connect(settings: ClusterSettings, log: Logger): Promise<Redis> {
    // Only here, so that a node without a cluster does not even load it.
    const { Redis: IoRedis } = await import('ioredis');
    const client = new IoRedis(optionsOf(settings));
    let failure: Error | undefined;
    client.on('sentinelError', (error: Error) => (failure = error));
    // Also where it would try again and again, or go on without what was asked of it.
    const failed = new Promise<never>((_resolve, reject) =>
      client.on('error', (error: Error) => {
        failure ??= error;
        reject(error);
      }),
    );
    try {
      await Promise.race([client.connect(), failed]);
      failure = undefined;
      await requireUsable(client);
      await requireRights(client);
      return new Redis(client, log);
    } catch (error) {
      client.disconnect();
      if (error instanceof StartupError) throw error;
      requireRight(error);
      throw new StartupError(
        `The Redis of the setting cluster.redis_url (${shown(settings)}) cannot be used: ${messageOf(failure ?? error)}.`,
      );
    }
  }

  /** Why it cannot be used at the moment; undefined while it can. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  async run(script: ScriptName, keys: string[], args: (string | number)[]): Promise<unknown> {
    try {
      const answer = await evaluate(this.#client, script, keys, args);
      if (!onlyRead.has(script)) this.#works();
      return answer;
    } catch (error) {
      const reason = messageOf(error);
      this.#fails(reason);
      throw new RefusedError(
        'unavailable',
        `The directory of zones cannot be asked (Redis: ${reason}); try again shortly.`,
      );
    }
  }

  close(): void {
    this.#client.disconnect();
  }

  #works(): void {
    if (this.#trouble !== undefined) this.#log.info('Redis answers again');
    this.#trouble = undefined;
  }

  #fails(reason: string): void {
    if (this.#trouble === undefined) this.#log.error({ reason }, 'Redis cannot be used');
    this.#trouble = reason;
  }
}

/** That these work proves nothing: a replica answers them too. */
const onlyRead = new Set<ScriptName>(['read', 'list']);

const digests = Object.fromEntries(
  Object.entries(scripts).map(([name, text]) => [
    name,
    createHash('sha1').update(text).digest('hex'),
  ]),
) as Record<ScriptName, string>;

/** By its digest, and by its text where Redis does not know it, as after a restart. */
async function evaluate(
  client: Client,
  script: ScriptName,
  keys: string[],
  args: (string | number)[],
): Promise<unknown> {
  try {
    return await client.evalsha(digests[script], keys.length, ...keys, ...args);
  } catch (error) {
    if (!messageOf(error).startsWith('NOSCRIPT')) throw error;
    return client.eval(scripts[script], keys.length, ...keys, ...args);
  }
}

function optionsOf(settings: ClusterSettings): RedisOptions {
  const url = new URL(settings.redis_url);
  const secure = url.protocol === 'rediss:';
  const ca = caOf(settings.redis_ca_file);
  // Only names are told before the certificate comes, no addresses (RFC 6066 §3).
  const servername = isIP(hostOf(url)) === 0 ? { servername: url.hostname } : {};
  const tls = secure ? { tls: { ...servername, ...(ca ? { ca } : {}) } } : {};
  const named = url.username === '' ? {} : { username: decodeURIComponent(url.username) };
  const proven = url.password === '' ? {} : { password: decodeURIComponent(url.password) };
  const deadline = Math.floor(settings.lease / 2);
  const where =
    settings.sentinels.length > 0
      ? {
          sentinels: settings.sentinels,
          name: settings.sentinel_master,
          sentinelRetryStrategy: backOff,
          sentinelCommandTimeout: deadline,
          failoverDetector: true,
          ...(secure ? { enableTLSForSentinelMode: true, sentinelTLS: tls.tls ?? {} } : {}),
        }
      : { host: hostOf(url), port: Number(url.port || 6379) };
  return {
    ...{ ...where, ...tls, ...named, ...proven, db: Number(url.pathname.slice(1) || 0) },
    connectionName: `surveillance-${settings.node}`,
    lazyConnect: true,
    connectTimeout: deadline,
    commandTimeout: deadline,
    socketTimeout: settings.lease,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: backOff,
    // What was the master is none any more: the next connection looks for the new one.
    reconnectOnError: (error) => /READONLY|MASTERDOWN/.test(error.message),
  };
}

function backOff(times: number): number {
  const delay = Math.min(reconnecting.most, reconnecting.least * times);
  return delay * (0.5 + Math.random());
}

function caOf(file: string): Buffer | undefined {
  if (file === '') return undefined;
  try {
    return readFileSync(path.resolve(projectFolder, file));
  } catch (error) {
    throw new StartupError(
      `The setting cluster.redis_ca_file cannot be read: ${messageOf(error)}.`,
    );
  }
}

/** @throws StartupError for what would only show when it is too late */
async function requireUsable(client: Client): Promise<void> {
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
async function requireRights(client: Client): Promise<void> {
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
    await evaluate(client, 'read', [lease], []);
    await evaluate(client, 'list', [keys.leases], [keys.lease('')]);
    await evaluate(client, 'release', [lease, keys.leases], [zone, zone, token]);
  } catch (error) {
    requireRight(error);
    throw error;
  }
}

/** @throws StartupError where Redis has refused something for want of a right */
function requireRight(error: unknown): void {
  const reason = messageOf(error);
  // Of what a script may not do, Redis 7.0 tells in other words.
  if (!/NOPERM|permission|can't run this command/i.test(reason)) return;
  throw new StartupError(
    `The user of the setting cluster.redis_url lacks a right in Redis (${reason}): docs/cluster.md lists what it needs.`,
  );
}

/** Where it is, without what is secret. */
function shown({ redis_url, sentinels, sentinel_master }: ClusterSettings): string {
  if (sentinels.length > 0) {
    const addresses = sentinels.map(({ host, port }) => `${host}:${port}`).join(', ');
    return `${sentinel_master} of the Sentinels ${addresses}`;
  }
  const url = new URL(redis_url);
  return `${url.protocol}//${url.host}`;
}
