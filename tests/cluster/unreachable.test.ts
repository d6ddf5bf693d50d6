/** Nodes that reach Redis, but not each other: another way, or a reason, in seconds. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import type { ZoneSummary } from '../../server/contract/zone.ts';
import { TestCluster } from '../support/cluster.ts';
import { threeLayerClip } from '../support/peers/clip.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { LightWatcher } from '../support/peers/watcher.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { testWith } from '../support/prerequisites.ts';
import { clusterReport } from '../support/people.ts';
import { freePort, type RunningServer } from '../support/server.ts';

const test = testWith(['redis-server']);
const clip = threeLayerClip();
const preload = pathToFileURL(path.resolve('tests/support/cut-ways.mjs')).href;

describe.skipIf(!postgresPrograms)('nodes that do not reach each other', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-ways-'));
  let cluster: TestCluster;
  let ports: { a: number; b: number; c: number };
  let a: RunningServer;
  let b: RunningServer;
  let c: RunningServer;
  let open: { close(): void }[] = [];

  /** From now on a node makes no connection to these ports; with `!`, those that are there break. */
  const cut = (node: string, ...to: (number | `!${number}`)[]): void =>
    writeFileSync(path.join(folder, node), to.join(' '));
  const start = (name: string, port: number, more = {}): Promise<RunningServer> => {
    const variables = {
      NODE_OPTIONS: `--import ${preload}`,
      TEST_CUT_WAYS: path.join(folder, name),
    };
    return cluster.startNode(
      name,
      { CLUSTER_ADDRESS: `127.0.0.1:${port}`, ...more },
      { variables },
    );
  };
  const film = async (node: RunningServer, zone: string): Promise<void> => {
    open.push(await LightPublisher.start(node.url, zone, clip));
  };
  const watch = async (
    node: RunningServer,
    what: Parameters<LightWatcher['watch']>[0],
  ): Promise<LightWatcher> => {
    const viewer = new LightWatcher(node.url);
    open.push(viewer);
    await viewer.client.connected();
    await viewer.watch(what);
    await viewer.connected();
    return viewer;
  };
  const flows = (viewer: LightWatcher, within: number): Promise<void> => {
    const before = viewer.received().packets;
    return expect
      .poll(() => viewer.received().packets, { timeout: within })
      .toBeGreaterThan(before + 50);
  };
  const told = ({ client }: LightWatcher): ZoneSummary[] =>
    client.heard('zone:changed').map((notice) => (notice as { zone: ZoneSummary }).zone);

  beforeAll(async () => {
    cluster = await TestCluster.start();
    ports = { a: await freePort(), b: await freePort(), c: await freePort() };
    cut('a');
    cut('b', ports.a, ports.c);
    cut('c');
    [a, b, c] = await Promise.all([start('a', ports.a), start('b', ports.b), start('c', ports.c)]);
  });
  afterEach(() => {
    for (const each of open) each.close();
    open = [];
  });
  afterAll(async () => {
    await cluster?.stop();
    rmSync(folder, { recursive: true });
  });

  test('where there is no way, viewers are told from which node nothing comes; when a third one is reached, it comes by that', async () => {
    const zone = 'CBD-CUT-01';
    await film(a, zone);
    const viewer = await watch(b, zone);
    await expect
      .poll(() => told(viewer).at(-1), { timeout: 8000 })
      .toMatchObject({ camera: 'idle', unreachable: 'a' });
    expect((await clusterReport(a)).unreachable).toContainEqual(
      expect.objectContaining({ from: 'a', to: 'b' }),
    );
    expect(await (await fetch(`${b.url}/readyz`)).text()).toMatch(/do not come to here: a/);
    expect(viewer.received().packets).toBe(0);

    cut('b', ports.a);
    await flows(viewer, 15_000);
    expect((await clusterReport(b)).pipes).toEqual(
      expect.arrayContaining([
        { zone, from: 'a', to: 'c' },
        { zone, from: 'c', to: 'b' },
      ]),
    );
    await expect.poll(() => told(viewer).at(-1)).not.toHaveProperty('unreachable');
    const metrics = await (await fetch(`${b.url}/metrics`)).text();
    expect(metrics).toMatch(/cluster_unreachable_nodes 1\n/);
  });

  test('a connection that breaks while media goes on: no packet is missing, the pipe goes on, and more is to be had', async () => {
    const zone = 'CBD-CUT-02';
    await film(a, zone);
    const tile = { zone, width: 320, height: 180, visible: true, focused: true };
    const viewer = await watch(c, [tile]);
    await flows(viewer, 10_000);
    const [stream] = viewer.streams.values();
    const goesOn = (node: RunningServer): number =>
      node.log.filter((line) => line.zone === zone && /goes on/.test(`${line.msg}`)).length;
    cut('c', `!${ports.a}`);
    await expect.poll(() => goesOn(c), { timeout: 10_000 }).toBe(1);
    expect(goesOn(a)).toBe(1);
    await flows(viewer, 10_000);
    expect([...viewer.streams.values()]).toEqual([stream]);
    expect(stream?.lost).toBe(0);
    expect(viewer.client.heard('producer:gone')).toEqual([]);
    expect((await clusterReport(c)).pipes).toContainEqual({ zone, from: 'a', to: 'c' });
    await viewer.view([{ ...tile, width: 1920, height: 1080 }]);
    const widths = (): number[] => [...viewer.streams.values()].map(({ width }) => width);
    await expect.poll(widths, { timeout: 10_000 }).toContain(1280);
  });

  test('a node to which no media comes says so, and never that anything streams', async () => {
    const zone = 'CBD-CUT-03';
    // An address of this machine where nobody listens.
    cut('d');
    const d = await start('d', await freePort(), { CLUSTER_PIPE_LISTEN: '127.0.0.1=127.0.0.77' });
    await film(a, zone);
    const viewer = await watch(d, zone);
    await expect
      .poll(() => told(viewer).at(-1), { timeout: 12_000 })
      .toMatchObject({ unreachable: 'a' });
    expect(told(viewer).map(({ camera }) => camera)).not.toContain('streaming');
    expect(viewer.received().packets).toBe(0);
  });
});
