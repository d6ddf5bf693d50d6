/** A Redis that cannot be used is told at start, in one sentence that says what to do. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterEach, expect } from 'vitest';
import { Redis } from '../../server/cluster/directory/redis.ts';
import { clusterSettings } from '../support/directory.ts';
import { testWith } from '../support/prerequisites.ts';
import { startRedis, type RunningRedis } from '../support/redis.ts';
import { freePort } from '../support/server.ts';

const test = testWith(['redis-server', 'redis-cli']);
const log = pino({ level: 'silent' });
let running: RunningRedis[] = [];

async function start(...options: string[]): Promise<RunningRedis> {
  const redis = await startRedis(options);
  running.push(redis);
  return redis;
}
const connect = async (url: string): Promise<void> => {
  (await Redis.connect(clusterSettings(url, 'a'), log)).close();
};
const cli = (redis: RunningRedis, ...args: string[]): string =>
  execFileSync('redis-cli', ['-p', `${redis.port}`, ...args], { encoding: 'utf8' });

afterEach(async () => {
  await Promise.all(running.map((redis) => redis.stop()));
  running = [];
});

test('one that is not there is named, and its password is not', async () => {
  const url = `redis://node:very-secret@127.0.0.1:${await freePort()}`;
  const told = await connect(url).catch(String);
  expect(told).toMatch(
    /StartupError: The Redis .*127\.0\.0\.1:\d+\) cannot be used: .*ECONNREFUSED/,
  );
  expect(told).not.toContain('very-secret');
});

test.each([
  [
    'one that forgets when it is full',
    ['--maxmemory-policy', 'allkeys-lru'],
    /maxmemory-policy allkeys-lru.*noeviction/,
  ],
  ['one that wants a password', ['--requirepass', 'secret'], /NOAUTH/],
])('%s is refused', async (_what, options, reason) => {
  const { url } = await start(...options);
  await expect(connect(url)).rejects.toThrow(reason);
});

test('a wrong password is told', async () => {
  const { port } = await start('--requirepass', 'secret');
  await expect(connect(`redis://:other@127.0.0.1:${port}`)).rejects.toThrow(/WRONGPASS/);
  await connect(`redis://:secret@127.0.0.1:${port}`);
});

test('a Redis Cluster is refused', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-redis-'));
  try {
    const { url } = await start('--cluster-enabled', 'yes', '--dir', folder);
    await expect(connect(url)).rejects.toThrow(/Redis Cluster/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a replica is refused', async () => {
  const master = await start();
  const replica = await start('--replicaof', '127.0.0.1', `${master.port}`);
  await expect(connect(replica.url)).rejects.toThrow(/replica/);
});

test('a user with the rights that docs/cluster.md lists is enough, and one that lacks some is told which', async () => {
  const redis = await start();
  const rights = (...more: string[]): string =>
    cli(redis, 'ACL', 'SETUSER', 'node', 'reset', 'on', '>secret', '~surveillance:*', ...more);
  const url = `redis://node:secret@127.0.0.1:${redis.port}`;
  const allButTime = [
    ...['+info', '+evalsha', '+eval', '+get', '+set', '+mget', '+del'],
    ...['+sadd', '+srem', '+smembers'],
  ];
  rights(...allButTime, '+time');
  await connect(url);
  rights(...allButTime);
  await expect(connect(url)).rejects.toThrow(/lacks a right/);
  rights('+info');
  await expect(connect(url)).rejects.toThrow(/evalsha/i);
});
