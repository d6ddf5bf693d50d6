/** One camera in each zone, whichever node it is at: real servers, Redis and PostgreSQL. */
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { Line } from '../../server/cluster/wire/line.ts';
import { NodeRecord } from '../../server/cluster/directory/nodes.ts';
import { keys } from '../../server/cluster/directory/scripts.ts';
import { Client, type Answer } from '../support/client.ts';
import { leaseTime, secret, TestCluster } from '../support/cluster.ts';
import { rtpCapabilities } from '../support/peers/watcher.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { testWith } from '../support/prerequisites.ts';
import { clusterReport } from '../support/people.ts';
import type { RunningServer } from '../support/server.ts';

const test = testWith(['redis-server']);

describe.skipIf(!postgresPrograms)('nodes of a cluster', () => {
  let cluster: TestCluster;
  let a: RunningServer;
  let b: RunningServer;
  let clients: Client[] = [];
  let zones = 0;
  const newZone = (): string => `CBD-OWNER-${(zones += 1)}`;

  async function camera(node: RunningServer): Promise<Client> {
    const client = new Client(node.url);
    clients.push(client);
    await client.connected();
    return client;
  }
  const claim = (client: Client, zone: string): Promise<Answer> =>
    client.ask('claim', { zone, label: 'gate' });

  beforeAll(async () => {
    cluster = await TestCluster.start();
    [a, b] = await Promise.all([cluster.startNode('a'), cluster.startNode('b')]);
  });
  afterEach(() => {
    for (const client of clients) client.close();
    clients = [];
  });
  afterAll(async () => cluster?.stop());

  test('a zone that is filmed at one node is occupied at the other, until its camera leaves', async () => {
    const zone = newZone();
    const [first, second] = [await camera(a), await camera(b)];
    expect(await claim(first, zone)).toMatchObject({ ok: true });
    expect((await claim(second, zone)).error?.code).toBe('zone-occupied');
    expect(first.heard('session:ended')).toEqual([]);
    await first.request('leave', {});
    expect(await claim(second, zone)).toMatchObject({ ok: true });
    expect((await claim(first, zone)).error?.code).toBe('zone-occupied');
  });

  test('nodes, and who has which zone, are told at each of them', async () => {
    const zone = newZone();
    const client = await camera(b);
    await claim(client, zone);
    const { nodes, zones } = await clusterReport(a);
    expect(nodes.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(zones).toContainEqual({ zone, node: 'b' });
    await client.request('leave', {});
    await expect
      .poll(async () => (await clusterReport(a)).zones)
      .not.toContainEqual({ zone, node: 'b' });
  });

  test('a camera whose socket is lost comes back at another node at once', async () => {
    const zone = newZone();
    const [first, second] = [await camera(a), await camera(b)];
    await claim(first, zone);
    first.socket.io.engine.close();
    await expect.poll(async () => (await claim(second, zone)).ok).toBe(true);
    expect((await clusterReport(a)).zones).toContainEqual({ zone, node: 'b' });
  });

  test('a camera that may not begin at another node ends nobody there', async () => {
    const zone = newZone();
    const c = await cluster.startNode('c0', {
      LIMITS_ZONES_PER_ACCOUNT: '1',
      LIMITS_ZONES_PER_KEY: '1',
    });
    const first = await camera(a);
    await claim(first, zone);
    const [held, second] = [await camera(c), await camera(c)];
    expect(await claim(held, newZone())).toMatchObject({ ok: true });
    // It has sent nothing for so long that it has to go for whoever may begin.
    await pause(1500);
    expect((await claim(second, zone)).error?.code).toBe('throttled');
    expect(first.heard('session:ended')).toEqual([]);
    expect((await clusterReport(a)).zones).toContainEqual({ zone, node: 'a' });
    expect(await claim(await camera(b), zone)).toMatchObject({ ok: true });
    await c.stop();
  });

  test('a node that watches a zone, and is asked late to let it go, does not answer for its camera', async () => {
    const zone = newZone();
    await claim(await camera(a), zone);
    const viewer = await camera(b);
    await viewer.request('watch', {
      tiles: [{ zone, width: 640, height: 360, visible: true, focused: false }],
      rtpCapabilities,
    });
    await expect
      .poll(() => viewer.heard('zone:changed').at(-1))
      .toMatchObject({ zone: { camera: 'connecting' } });
    const redis = new Redis(cluster.redis.url);
    const record = NodeRecord.parse(JSON.parse((await redis.get(keys.node('b'))) ?? ''));
    redis.disconnect();
    const line = await Line.to(record, {
      self: { node: 'test', boot: 'test', version: '1' },
      secret,
      lease: leaseTime,
      onUnknown: () => {},
    });
    try {
      expect(await line.ask('yield', { zone })).toEqual({});
    } finally {
      line.close();
    }
  });

  test('a node that is killed has lost its zones after a lease; whoever claims one meanwhile gets it then', async () => {
    const zone = newZone();
    const c = await cluster.startNode('c');
    expect(await claim(await camera(c), zone)).toMatchObject({ ok: true });
    const begun = performance.now();
    c.process.kill('SIGKILL');
    expect(await claim(await camera(a), zone)).toMatchObject({ ok: true });
    expect(performance.now() - begun).toBeLessThan(leaseTime * 2);
    await expect
      .poll(async () => (await clusterReport(b)).nodes.map(({ name }) => name))
      .toEqual(['a', 'b']);
  });

  test('a node that stood still for longer than its lease loses a zone that was taken meanwhile, and tells its camera', async () => {
    const zone = newZone();
    const c = await cluster.startNode('c2');
    const first = await camera(c);
    await claim(first, zone);
    c.process.kill('SIGSTOP');
    const second = await camera(a);
    expect(await claim(second, zone)).toMatchObject({ ok: true });
    c.process.kill('SIGCONT');
    await expect
      .poll(() => first.heard('session:ended'))
      .toMatchObject([{ code: 'zone-occupied' }]);
    expect((await clusterReport(b)).zones).toContainEqual({ zone, node: 'a' });
    expect(second.heard('session:ended')).toEqual([]);
  });

  test('while Redis is gone cameras go on, claims are refused as unavailable; back and empty, all is as before', async () => {
    const [mine, other] = [newZone(), newZone()];
    const [first, second] = [await camera(a), await camera(b)];
    await claim(first, mine);
    await cluster.redis.kill();
    await expect.poll(async () => (await claim(second, other)).error?.code).toBe('unavailable');
    await pause(leaseTime * 1.5);
    expect(first.heard('session:ended')).toEqual([]);
    expect((await fetch(`${a.url}/readyz`)).status).toBe(200);
    await cluster.redis.start();
    await expect.poll(async () => (await claim(second, other)).ok, { timeout: 10_000 }).toBe(true);
    await expect
      .poll(async () => (await clusterReport(b)).zones)
      .toEqual(
        expect.arrayContaining([
          { zone: mine, node: 'a' },
          { zone: other, node: 'b' },
        ]),
      );
    expect(first.heard('session:ended')).toEqual([]);
  });

  test('a second node of one name does not start, and says so', async () => {
    await expect(cluster.startNode('a')).rejects.toThrow(
      /name a .* runs already, at 127\.0\.0\.1:/,
    );
  });
});
