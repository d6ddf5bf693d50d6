/**
 * The connection to Redis: scripts with a deadline, and no memory. Nothing waits in a queue for Redis to come back, and
 * nothing is asked twice: what was asked before a pause or a fail-over may be wrong after it.
 */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import path from 'node:path';
import type { Redis as Client, RedisOptions } from 'ioredis';
import type { Logger } from 'pino';
import { projectFolder } from '../../config.ts';
import { messageOf, RefusedError } from '../../contract/errors.ts';
import { jittered } from '../../jitter.ts';
import { StartupError } from '../../startup-error.ts';
import { evaluate } from './evaluate.ts';
import { requireRight, requireRights, requireUsable } from './redis-check.ts';
import type { ScriptName } from './scripts.ts';
import { connectorOf } from './sentinels.ts';
import { hostOf, type ClusterSettings } from '../settings.ts';

const reconnecting = { least: 100, most: 1000 }; // ms

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
  #closed = false;

  private constructor(client: Client, log: Logger) {
    this.#client = client;
    this.#log = log;
    // Each attempt to connect tells why it failed; the first one is enough.
    client.on('error', (error: Error) => this.#fails(messageOf(error)));
    client.on('close', () => {
      if (!this.#closed) this.#fails('the connection has ended');
    });
    client.on('ready', () => this.onReady());
    // It gives up when a fail-over is told while it looks for the master.
    client.on('end', () => this.#connectAgain());
  }

  /**
   * Connects, and looks whether this Redis can be used.
   * @throws StartupError that tells the reason, never the password
   */
  static async connect(settings: ClusterSettings, log: Logger): Promise<Redis> {
    // Only here, so that a node without a cluster does not even load it.
    const { Redis: IoRedis, SentinelConnector } = await import('ioredis');
    const Connector = connectorOf(SentinelConnector, (error) =>
      log.debug({ err: error }, 'a Sentinel cannot be heard'),
    );
    const client = new IoRedis({
      ...optionsOf(settings),
      ...(settings.sentinels.length > 0 ? { Connector } : {}),
    });
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
    this.#closed = true;
    this.#client.disconnect();
  }

  #connectAgain(): void {
    if (this.#closed) return;
    const connect = (): void => {
      if (!this.#closed) this.#client.connect().catch(() => {}); // Told by its events.
    };
    setTimeout(connect, backOff(1)).unref();
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
  return jittered(delay, 0.5);
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

/** Where it is, without what is secret. */
function shown({ redis_url, sentinels, sentinel_master }: ClusterSettings): string {
  if (sentinels.length > 0) {
    const addresses = sentinels.map(({ host, port }) => `${host}:${port}`).join(', ');
    return `${sentinel_master} of the Sentinels ${addresses}`;
  }
  const url = new URL(redis_url);
  return `${url.protocol}//${url.host}`;
}
