/** Rights that are withdrawn at one node end at all others, whatever a node can hear; and no longer than a while if nothing. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, vi } from 'vitest';
import type { Person } from '../../server/contract/api.ts';
import { TestCluster } from '../support/cluster.ts';
import { CuttableDoor } from '../support/cuttable-door.ts';
import { threeLayerClip } from '../support/peers/clip.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { LightWatcher } from '../support/peers/watcher.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { testWith } from '../support/prerequisites.ts';
import { readiness } from '../support/readiness.ts';
import type { RunningServer } from '../support/server.ts';
import { password, setUp, Visitor } from '../support/visitor.ts';

const test = testWith(['redis-server']);
const clip = threeLayerClip();
const accounts = { ACCESS_MODE: 'accounts' };
/** ms */
const trustFor = 8000;

describe.skipIf(!postgresPrograms)('withdrawn rights', () => {
  let cluster: TestCluster;
  let a: RunningServer;
  let b: RunningServer;
  /** Reaches Redis and PostgreSQL by doors that can be closed. */
  let c: RunningServer;
  let doors: { redis: CuttableDoor; postgres: CuttableDoor };
  /** The administrator, at each node. */
  let ada: Visitor;
  let adaAtB: Visitor;
  let adaAtC: Visitor;
  let open: { close(): void }[] = [];
  let people = 0;

  async function signIn(node: RunningServer, name: string): Promise<Visitor> {
    const visitor = new Visitor(node.url);
    expect((await visitor.signIn(name, password)).status).toBe(200);
    return visitor;
  }
  async function film(node: RunningServer, by: Visitor, zone: string): Promise<void> {
    // While Redis is not there yet again, it asks once more, as pages do.
    const begin = () => LightPublisher.start(node.url, zone, clip, by.headers);
    open.push(await vi.waitFor(begin, { timeout: 10_000, interval: 250 }));
  }
  /** Somebody new, who watches a zone at the third node and sees it. */
  async function watchAtC(zone: string): Promise<{ person: Person; viewer: LightWatcher }> {
    const name = `Operator ${(people += 1)}`;
    const person = await ada.addPerson(name, [{ role: 'operator', zones: '*' }]);
    const { headers } = await signIn(c, name);
    const viewer = new LightWatcher(c.url, { headers });
    open.push(viewer);
    await viewer.client.connected();
    await viewer.watch(zone);
    await viewer.connected();
    await flows(viewer);
    return { person, viewer };
  }
  async function flows(viewer: LightWatcher, within = 10_000): Promise<void> {
    const before = viewer.received().packets;
    const packets = () => viewer.received().packets;
    await expect.poll(packets, { timeout: within }).toBeGreaterThan(before + 50);
  }
  /** When something is so, ms from now. */
  async function timeUntil(so: () => boolean, longest: number): Promise<number> {
    const begun = performance.now();
    while (!so() && performance.now() - begun < longest) await pause(10);
    return performance.now() - begun;
  }
  /** The third node reaches everything again. */
  async function allIsWell(): Promise<void> {
    await pause(500); // It has to notice first that its connections were cut.
    await expect
      .poll(async () => new Set(Object.values((await readiness(c.url)).parts)), { timeout: 10_000 })
      .toEqual(new Set(['ok']));
  }
  const withdrawn = ({ client }: LightWatcher) => client.heard('zones:withdrawn').length > 0;
  const takeRights = (by: Visitor, { id }: Person): Promise<unknown> =>
    by.request('PATCH', `/api/people/${id}`, { grants: [] });

  beforeAll(async () => {
    cluster = await TestCluster.start();
    a = await cluster.startNode('a', accounts);
    ada = await setUp(a);
    const redis = await CuttableDoor.before(cluster.redis.url);
    const postgres = await CuttableDoor.before(cluster.store);
    doors = { redis: redis.door, postgres: postgres.door };
    [b, c] = await Promise.all([
      cluster.startNode('b', accounts),
      cluster.startNode('c', {
        ...accounts,
        CLUSTER_REDIS_URL: redis.url,
        STORE_URL: postgres.url,
        CLUSTER_TRUST_FOR: `${trustFor}`,
      }),
    ]);
    [adaAtB, adaAtC] = [await signIn(b, 'Ada'), await signIn(c, 'Ada')];
  });
  afterEach(() => {
    for (const each of open) each.close();
    open = [];
  });
  afterAll(async () => {
    await cluster?.stop();
    for (const door of Object.values(doors ?? {})) door.close();
  });

  test('at one node, they end the pictures at another within a second', async () => {
    await film(a, ada, 'CBD-RIGHT-01');
    const times: number[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      const { person, viewer } = await watchAtC('CBD-RIGHT-01');
      await takeRights(turn % 2 === 0 ? ada : adaAtB, person);
      times.push(await timeUntil(() => withdrawn(viewer), 5000));
      await pause(100); // What was under way.
      expect(await viewer.rests(300)).toBe(true);
    }
    expect(Math.max(...times)).toBeLessThan(1000);
  });

  test.each([
    ['PostgreSQL', ['postgres']],
    ['Redis', ['redis']],
    ['PostgreSQL nor Redis', ['postgres', 'redis']],
  ] as const)(
    'they reach a node that reaches no %s within 5 s, and take nothing else',
    async (_what, cut) => {
      await film(c, adaAtC, 'CBD-RIGHT-02');
      const { person, viewer } = await watchAtC('CBD-RIGHT-02');
      const { viewer: other } = await watchAtC('CBD-RIGHT-02');
      for (const name of cut) doors[name].silence();
      try {
        await takeRights(ada, person);
        expect(await timeUntil(() => withdrawn(viewer), 8000)).toBeLessThan(5000);
        await pause(100);
        expect(await viewer.rests(300)).toBe(true);
        await flows(other);
        // Others tell that all else is as it was.
        expect(other.client.heard('rights')).toEqual([]);
      } finally {
        for (const name of cut) doors[name].mend();
      }
      await allIsWell();
    },
  );

  test('with every way cut, pictures go on for as long as is trusted, pages are told, and it ends by itself', async () => {
    await film(c, adaAtC, 'CBD-RIGHT-03');
    const { viewer } = await watchAtC('CBD-RIGHT-03');
    const told = () => viewer.client.heard('rights');
    for (const door of Object.values(doors)) door.silence();
    for (const node of [a, b]) node.process.kill('SIGSTOP');
    try {
      await timeUntil(() => told().length > 0, trustFor);
      expect(told()).toEqual([{ confirmed: false, left: expect.any(Number) }]);
      expect((await readiness(c.url)).parts.rights).toMatch(/last confirmed \d+ s ago/);
      await flows(viewer, 1000);
      // It was last confirmed up to a second before the cut.
      const { left } = told()[0] as { left: number };
      const ends = await timeUntil(() => viewer.client.heard('rejoin').length > 0, trustFor);
      expect(Math.abs(ends - left)).toBeLessThan(1500);
      expect(viewer.client.heard('rejoin')).toEqual([{ reason: 'rights-unconfirmed' }]);
      const again = viewer.watch('CBD-RIGHT-03');
      await expect(again).rejects.toThrow(/unavailable: Your right to watch is unconfirmed for/);
    } finally {
      for (const node of [a, b]) node.process.kill('SIGCONT');
      for (const door of Object.values(doors)) door.mend();
    }
    await allIsWell();
    await flows(viewer, 15_000);
    await expect.poll(() => told().at(-1)).toEqual({ confirmed: true });
  });
});
