/** Redis over TLS with a user of its own, set up as docs/cluster.md says; and what is told at start where that went wrong. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect } from 'vitest';
import { projectFolder } from '../../server/config.ts';
import { Redis } from '../../server/cluster/directory/redis.ts';
import { makeOwn } from '../../server/http/certificate.ts';
import { TestCluster } from '../support/cluster.ts';
import { clusterSettings } from '../support/directory.ts';
import { directory, People } from '../support/people.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { testWith } from '../support/prerequisites.ts';
import { startRedis, type RunningRedis } from '../support/redis.ts';

const test = testWith(['redis-server', 'redis-cli']);
const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-redis-tls-'));
const file = (name: string): string => path.join(folder, name);
let redis: RunningRedis;
let address: string;

const cli = (...args: string[]): string =>
  execFileSync(
    'redis-cli',
    ['--tls', '--cacert', file('redis.crt'), '-p', `${redis.port}`, ...args],
    { encoding: 'utf8' },
  );
/** @returns what is told at start */
const connect = (url: string, authority = file('redis.crt')): Promise<string> =>
  Redis.connect(
    clusterSettings(url, 'a', { redis_ca_file: authority }),
    pino({ level: 'silent' }),
  ).then((connection) => {
    connection.close();
    return 'it works';
  }, String);
/** The user that docs/cluster.md has administrators make. */
const documented = (): string[] => {
  const page = readFileSync(path.join(projectFolder, 'docs/cluster.md'), 'utf8');
  const line = /^ACL SETUSER node on .*$/m.exec(page)?.[0] ?? '';
  return line.replace('PASSWORD', 'secret').split(' ');
};

beforeAll(async () => {
  for (const name of ['redis', 'other']) {
    const { cert, key } = await makeOwn();
    writeFileSync(file(`${name}.crt`), cert);
    writeFileSync(file(`${name}.key`), key, { mode: 0o600 });
  }
  redis = await startRedis((port) => [
    ...['--port', '0', '--tls-port', `${port}`, '--tls-auth-clients', 'no'],
    ...['--tls-cert-file', file('redis.crt'), '--tls-key-file', file('redis.key')],
  ]);
  address = `localhost:${redis.port}`;
  cli(...documented());
});
afterAll(async () => {
  await redis?.stop();
  rmSync(folder, { recursive: true });
});

test('a certificate is looked at by name and by address, and one of somebody else is refused', async () => {
  expect(await connect(`rediss://node:secret@${address}`)).toBe('it works');
  expect(await connect(`rediss://node:secret@127.0.0.1:${redis.port}`)).toBe('it works');
  for (const authority of [file('other.crt'), ''])
    expect(await connect(`rediss://node:secret@${address}`, authority)).toMatch(
      new RegExp(`^StartupError: .*rediss://${address}.* cannot be used: .*certificate`),
    );
  expect(await connect(`rediss://node:secret@${address}`, file('none.crt'))).toMatch(
    /^StartupError: The setting cluster\.redis_ca_file cannot be read/,
  );
});

test('a wrong password, no password, and TLS at one end alone are told, the password never', async () => {
  const told = await Promise.all([
    connect(`rediss://node:guessed@${address}`),
    connect(`rediss://nobody:guessed@${address}`),
    connect(`redis://node:guessed@${address}`),
  ]);
  expect(told[0]).toMatch(/^StartupError: .*WRONGPASS/);
  expect(told[1]).toMatch(/^StartupError: .*WRONGPASS/);
  expect(told[2]).toMatch(/^StartupError: .*redis:\/\/localhost/);
  for (const sentence of told) expect(sentence).not.toContain('guessed');
});

test('each right that is missing is told, also the one that a database number of its own needs', async () => {
  const url = `rediss://node:secret@${address}`;
  try {
    for (const [right] of documented()
      .join(' ')
      .matchAll(/(?<=\+)\w+/g)) {
      cli('ACL', 'SETUSER', 'node', `-${right}`);
      const told = await connect(right === 'select' ? `${url}/3` : url);
      expect(told, right).toMatch(/^StartupError: The user .* lacks a right in Redis/);
      cli('ACL', 'SETUSER', 'node', `+${right}`);
    }
  } finally {
    cli('ACL', 'SETUSER', 'node', 'reset');
    cli(...documented());
  }
  expect(await connect(`${url}/3`)).toBe('it works');
});

if (!postgresPrograms) console.warn('SKIPPED for want of: postgresql');
test.skipIf(!postgresPrograms)('a node works with this user, and goes in order', async () => {
  const cluster = await TestCluster.start();
  const people = new People();
  try {
    const node = await cluster.startNode('a', {
      CLUSTER_REDIS_URL: `rediss://node:secret@${address}/2`,
      CLUSTER_REDIS_CA_FILE: file('redis.crt'),
    });
    const answers = await people.persist(node, 'CBD-TLS-01');
    await expect.poll(() => answers.at(-1)).toMatchObject({ ok: true });
    expect(await directory(node)).toEqual({ nodes: ['a'], zones: { 'CBD-TLS-01': 'a' } });
    people.close();
    await node.stop();
    expect(node.log.filter(({ msg }) => msg === 'Redis cannot be used')).toEqual([]);
    const left = cli('-n', '2', 'KEYS', 'surveillance:*').trim().split('\n').sort();
    expect(left.filter((key) => /:(lease|node)s?\b/.test(key))).toEqual([]);
    expect(left).toContain('surveillance:token');
  } finally {
    people.close();
    await cluster.stop();
  }
});
