/** A zone that spreads from node to node: who carries it to whom, and what happens when one of them goes. */
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { TestCluster } from '../support/cluster.ts';
import type { LightPublisher } from '../support/peers/publisher.ts';
import type { LightWatcher } from '../support/peers/watcher.ts';
import { clusterReport, flows, People } from '../support/people.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { testWith } from '../support/prerequisites.ts';
import type { RunningServer } from '../support/server.ts';

const test = testWith(['redis-server']);

describe.skipIf(!postgresPrograms)('a tree of pipes', () => {
  let cluster: TestCluster;
  /** By name. */
  const nodes: Record<string, RunningServer> = {};
  const people = new People();

  const at = (name: string): RunningServer => {
    const node = nodes[name];
    if (!node) throw new Error(`there is no node ${name}`);
    return node;
  };
  const film = (name: string, zone: string): Promise<LightPublisher> => people.film(at(name), zone);
  const watch = (name: string, zone: string): Promise<LightWatcher> => people.watch(at(name), zone);
  /** From which node a zone comes to each other one, as a node tells. */
  const tree = async (asked: string, zone: string): Promise<Record<string, string>> => {
    const { pipes } = await clusterReport(at(asked));
    return Object.fromEntries(
      pipes.filter((pipe) => pipe.zone === zone).map(({ from, to }) => [to, from]),
    );
  };
  /** How many nodes lie between a node and the owner, itself included; NaN where no way leads there. */
  const hops = (parents: Record<string, string>, owner: string, from: string): number => {
    let node: string | undefined = from;
    for (let count = 0; count < 10 && node !== undefined; count += 1) {
      if (node === owner) return count;
      node = parents[node];
    }
    return NaN;
  };

  beforeAll(async () => {
    cluster = await TestCluster.start();
    const settings = { CLUSTER_FAN_OUT: '1', CAMERA_LINGER: '300' };
    await Promise.all(
      ['a', 'b', 'c', 'd'].map(async (name) => {
        nodes[name] = await cluster.startNode(name, settings);
      }),
    );
  });
  afterEach(() => people.close());
  afterAll(async () => cluster?.stop());

  test('each node carries a zone to as many as it should, and all get the picture; it sleeps and wakes for the last one', async () => {
    const zone = 'CBD-TREE-01';
    const camera = await film('a', zone);
    const viewers = [];
    for (const name of ['b', 'c', 'd']) viewers.push(await watch(name, zone));
    await Promise.all(viewers.map((viewer) => flows(viewer)));
    const parents = await tree('d', zone);
    expect(['b', 'c', 'd'].map((name) => hops(parents, 'a', name)).sort()).toEqual([1, 2, 3]);
    const last = ['b', 'c', 'd'].findIndex((name) => hops(parents, 'a', name) === 3);
    for (const [at, viewer] of viewers.entries()) if (at !== last) viewer.close();
    const viewer = viewers[last];
    if (!viewer) throw new Error('no node is the last one');
    // Through three pipes, too, key frames cost the camera two rounds a second, of a request for each layer at most.
    const { requests } = camera;
    const asking = setInterval(() => viewer.requestKeyFrame(), 20);
    const begun = performance.now();
    // Longer than a pipe that nobody wants is kept: those in between have no viewers of their own.
    await new Promise((resolve) => setTimeout(resolve, 6000));
    clearInterval(asking);
    const rounds = 2 * ((performance.now() - begun) / 1000) + 2;
    expect(camera.requests).toBeGreaterThan(requests);
    expect(camera.requests - requests).toBeLessThanOrEqual(3 * rounds);
    await flows(viewer);
    expect(await tree('a', zone)).toEqual(parents);
    const tile = { zone, width: 1920, height: 1080, focused: true };
    await viewer.view([{ ...tile, visible: false }]);
    await expect
      .poll(() => camera.client.heard('layers:wanted').at(-1), { timeout: 20_000 })
      .toEqual({ highest: null });
    await viewer.view([{ ...tile, visible: true }]);
    await flows(viewer, 3000);
  });

  test('a camera that moves to another node is followed by all of them', async () => {
    const zone = 'CBD-TREE-02';
    const before = await film('a', zone);
    const viewers = await Promise.all(['b', 'c', 'd'].map((name) => watch(name, zone)));
    await Promise.all(viewers.map((viewer) => flows(viewer)));
    before.close();
    await film('c', zone);
    await Promise.all(viewers.map((viewer) => flows(viewer)));
    const parents = await tree('b', zone);
    expect(['b', 'd'].map((name) => hops(parents, 'c', name)).sort()).toEqual([1, 2]);
  });

  test('when a node in between is killed, those behind it get the picture by another way', async () => {
    const zone = 'CBD-TREE-03';
    await film('a', zone);
    const viewers: Record<string, LightWatcher> = {};
    for (const name of ['b', 'c', 'd']) viewers[name] = await watch(name, zone);
    await Promise.all(Object.values(viewers).map((viewer) => flows(viewer)));
    const parents = await tree('a', zone);
    const first = ['b', 'c', 'd'].find((name) => hops(parents, 'a', name) === 1) ?? '';
    at(first).process.kill('SIGKILL');
    const rest = ['b', 'c', 'd'].filter((name) => name !== first);
    await Promise.all(rest.map((name) => viewers[name] && flows(viewers[name], 5000)));
    const now = await tree('a', zone);
    expect(rest.map((name) => hops(now, 'a', name)).sort()).toEqual([1, 2]);
  });
});
