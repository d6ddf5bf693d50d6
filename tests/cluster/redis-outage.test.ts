/** Redis is gone for a while, or hangs, and has forgotten all: what flows goes on, and nobody takes what is another one's. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { Client, type Answer } from '../support/client.ts';
import { leaseTime, TestCluster } from '../support/cluster.ts';
import { threeLayerClip } from '../support/peers/clip.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { LightWatcher } from '../support/peers/watcher.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { testWith } from '../support/prerequisites.ts';
import { readiness } from '../support/readiness.ts';
import type { RunningServer } from '../support/server.ts';

const test = testWith(['redis-server']);
const clip = threeLayerClip();

describe.skipIf(!postgresPrograms)('nodes whose Redis is out', () => {
  let cluster: TestCluster;
  let a: RunningServer;
  let b: RunningServer;
  let open: { close(): void }[] = [];

  const film = async (node: RunningServer, zone: string): Promise<LightPublisher> => {
    const camera = await LightPublisher.start(node.url, zone, clip);
    open.push(camera);
    return camera;
  };
  const watch = async (node: RunningServer, zone: string): Promise<LightWatcher> => {
    const viewer = new LightWatcher(node.url);
    open.push(viewer);
    await viewer.client.connected();
    await viewer.watch(zone);
    await viewer.connected();
    return viewer;
  };
  const flows = (viewer: LightWatcher): Promise<void> => {
    const before = viewer.received().packets;
    return expect
      .poll(() => viewer.received().packets, { timeout: 10_000 })
      .toBeGreaterThan(before + 50);
  };
  const claimer = async (node: RunningServer): Promise<Client> => {
    const client = new Client(node.url);
    open.push(client);
    await client.connected();
    return client;
  };
  /** Claims a zone again and again, as a page does; the answers so far. */
  const persist = (client: Client, zone: string): Answer[] => {
    const answers: Answer[] = [];
    const again = async (): Promise<void> => {
      while (client.socket.connected && !answers.at(-1)?.ok) {
        await client.ask('claim', { zone, label: '' }).then(
          (answer) => answers.push(answer),
          () => {}, // It was closed meanwhile.
        );
        await pause(200);
      }
    };
    void again();
    return answers;
  };
  const directory = async (node: RunningServer): Promise<unknown> => {
    const answer = await fetch(`${node.url}/api/v1/cluster`);
    const { nodes, zones } = (await answer.json()) as {
      nodes: { name: string }[];
      zones: { zone: string; node: string }[];
    };
    return {
      nodes: nodes.map(({ name }) => name),
      zones: Object.fromEntries(zones.map(({ zone, node }) => [zone, node])),
    };
  };

  beforeAll(async () => {
    cluster = await TestCluster.start();
    [a, b] = [await cluster.startNode('a'), await cluster.startNode('b')];
  });
  afterEach(async () => {
    for (const each of open) each.close();
    open = [];
  });
  afterAll(async () => cluster?.stop());

  const outages: [string, () => unknown, () => unknown][] = [
    ['killed, and comes back empty', () => cluster.redis.kill(), () => cluster.redis.start()],
    ['hanging, and goes on', () => cluster.redis.freeze(), () => cluster.redis.thaw()],
  ];
  test.each(outages)(
    'while it is %s, pictures go on and more can be watched; then all is as it was',
    async (what, begin, end) => {
      const [crossing, near, fresh] = ['CROSSING', 'NEAR', 'FRESH'].map(
        (name) => `CBD-${name}-${what.slice(0, 4).toUpperCase()}`,
      ) as [string, string, string];
      const cameras = [await film(a, crossing), await film(a, near)];
      const watching = await watch(b, crossing);
      await flows(watching);
      await begin();
      await pause(leaseTime * 1.5);
      // One that crosses already, one that did not, and one of the same node.
      await flows(watching);
      for (const [node, zone] of [
        [b, crossing],
        [b, near],
        [a, near],
      ] as const)
        await flows(await watch(node, zone));
      const [rival, later] = [await claimer(b), await claimer(b)];
      const [ofRival, ofLater] = [persist(rival, crossing), persist(later, fresh)];
      await expect.poll(() => ofRival.at(-1)?.error?.code).toBe('unavailable');
      await expect.poll(() => ofLater.at(-1)?.error?.code).toBe('unavailable');
      expect(await readiness(a.url)).toMatchObject({
        ready: true,
        parts: { cluster: expect.stringContaining('cameras cannot begin') },
      });
      await end();
      await expect.poll(() => ofLater.at(-1), { timeout: 15_000 }).toMatchObject({ ok: true });
      await expect.poll(() => ofRival.at(-1)?.error?.code).toBe('zone-occupied');
      const whole = {
        nodes: ['a', 'b'],
        zones: { [crossing]: 'a', [near]: 'a', [fresh]: 'b' },
      };
      for (const node of [a, b]) await expect.poll(() => directory(node)).toEqual(whole);
      await flows(watching);
      for (const { client } of cameras) expect(client.heard('session:ended')).toEqual([]);
      await expect.poll(async () => (await readiness(a.url)).parts.cluster).toBe('ok');
    },
  );
});
