/** Redis fails over by Sentinel, and loses its last writes: pictures go on, tokens grow, and each zone has one owner. */
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, vi } from 'vitest';
import { Redis } from '../../server/cluster/directory/redis.ts';
import { TestCluster } from '../support/cluster.ts';
import { clusterSettings } from '../support/directory.ts';
import { directory, flows, People } from '../support/people.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { testWith } from '../support/prerequisites.ts';
import { readiness } from '../support/readiness.ts';
import { ask, masterName, TestSentinels } from '../support/sentinel.ts';
import { freePort, type RunningServer } from '../support/server.ts';

const test = testWith(['redis-server', 'redis-cli']);

describe.skipIf(!postgresPrograms)('nodes whose Redis has Sentinels', () => {
  let sentinels: TestSentinels;
  let cluster: TestCluster;
  let a: RunningServer;
  let b: RunningServer;
  const people = new People();

  /** The token of a zone's lease, as a Redis has it. */
  const tokenIn = (port: number, zone: string): number =>
    Number(ask(port, 'GET', `surveillance:lease:${zone}`).split(' ')[0]);

  beforeAll(async () => {
    [cluster, sentinels] = await Promise.all([TestCluster.start(), TestSentinels.start()]);
    sentinels.freezeFirst();
    const settings = {
      CLUSTER_REDIS_URL: 'redis://sentinel',
      CLUSTER_SENTINELS: sentinels.addresses.join(','),
      CLUSTER_SENTINEL_MASTER: masterName,
    };
    [a, b] = await Promise.all([
      cluster.startNode('a', settings),
      cluster.startNode('b', settings),
    ]);
  });
  afterEach(() => people.close());
  afterAll(async () => {
    await cluster?.stop();
    await sentinels?.stop();
  });

  test('the master is killed with writes that its copy has not: what flows goes on, and all is whole at the new one', async () => {
    const { master, copy } = sentinels;
    const [crossing, last, fresh] = ['CBD-SENT-01', 'CBD-SENT-02', 'CBD-SENT-03'] as const;
    const cameras = [await people.film(a, crossing)];
    const viewer = await people.watch(b, crossing);
    await flows(viewer);
    await expect.poll(() => tokenIn(copy.port, crossing)).toBeGreaterThan(0);
    copy.freeze();
    cameras.push(await people.film(a, last));
    const lost = tokenIn(master.port, last);
    expect(lost).toBeGreaterThan(0);
    await master.kill();
    copy.thaw();
    const ofRivals = [await people.persist(b, crossing), await people.persist(b, last)];
    const ofLater = await people.persist(b, fresh);
    await flows(viewer);
    await expect.poll(() => ofLater.at(-1), { timeout: 25_000 }).toMatchObject({ ok: true });
    const whole = { nodes: ['a', 'b'], zones: { [crossing]: 'a', [last]: 'a', [fresh]: 'b' } };
    for (const node of [a, b]) await expect.poll(() => directory(node)).toEqual(whole);
    expect(tokenIn(copy.port, last)).toBeGreaterThanOrEqual(lost);
    expect(tokenIn(copy.port, fresh)).toBeGreaterThan(lost);
    for (const answers of ofRivals) {
      await expect.poll(() => answers.at(-1)?.error?.code).toBe('zone-occupied');
      expect(answers.some(({ ok }) => ok)).toBe(false);
    }
    // What was the master begins anew, and empty, and is made a copy of the other one.
    await master.start();
    await expect
      .poll(() => ask(master.port, 'INFO', 'replication'), { timeout: 15_000 })
      .toContain('role:slave');
    await flows(viewer);
    for (const node of [a, b]) expect(await directory(node)).toEqual(whole);
    for (const { client } of cameras) expect(client.heard('session:ended')).toEqual([]);
    expect((await readiness(a.url)).parts.cluster).toBe('ok');
  });

  test('Sentinels that are not there, or that know no such master, are told at start', async () => {
    const connect = (more: Parameters<typeof clusterSettings>[2]): Promise<string> =>
      Redis.connect(clusterSettings('redis://any', 'a', more), pino({ level: 'silent' })).then(
        () => 'it works',
        String,
      );
    const nobody = { host: '127.0.0.1', port: await freePort() };
    const address = `${nobody.host}:${nobody.port}`;
    expect(await connect({ sentinels: [address] })).toMatch(
      new RegExp(
        `^StartupError: .*mymaster of the Sentinels ${address}\\) cannot be used: failed to connect to sentinel ${address}`,
      ),
    );
    expect(await connect({ sentinels: sentinels.addresses })).toMatch(
      /^StartupError: .*mymaster of the Sentinels .*No such master/,
    );
    // The one that hangs comes last: it is asked for no master, but listened to for fail-overs.
    const addresses = sentinels.addresses.toReversed();
    const named = { sentinels: addresses, sentinel_master: masterName };
    const heard: string[] = [];
    const log = pino({ level: 'debug' }, { write: (line: string) => void heard.push(line) });
    const shouted = vi.spyOn(console, 'error');
    const redis = await Redis.connect(clusterSettings('redis://any', 'a', named), log);
    await expect.poll(() => heard.join('')).toContain('a Sentinel cannot be heard');
    expect(shouted.mock.calls).toEqual([]);
    redis.close();
    shouted.mockRestore();
  });
});
