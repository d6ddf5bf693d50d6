/** Nodes that are full: whoever is refused goes to the node that is named, and cameras last of all. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { launchBrowser, newTab, openConsole, pill } from '../support/browser.ts';
import { Client, rtpCapabilities, tile } from '../support/client.ts';
import { TestCluster } from '../support/cluster.ts';
import { metricValue } from '../support/metrics.ts';
import { threeLayerClip } from '../support/peers/clip.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { recordedClip } from '../support/peers/recorder.ts';
import { LightWatcher } from '../support/peers/watcher.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { testWith } from '../support/prerequisites.ts';
import type { RunningServer } from '../support/server.ts';

const test = testWith(['redis-server']);
const clip = threeLayerClip();

describe.skipIf(!postgresPrograms)('nodes that are full', () => {
  let cluster: TestCluster;
  let a: RunningServer;
  let b: RunningServer;
  let c: RunningServer;
  let open: { close(): unknown }[] = [];
  const opened = <T extends { close(): unknown }>(one: T): T => {
    open.push(one);
    return one;
  };
  const film = async (node: RunningServer, zone: string): Promise<LightPublisher> =>
    opened(await LightPublisher.start(node.url, zone, clip));
  const watch = (node: RunningServer, zone: string, wall = false) =>
    opened(new Client(node.url)).ask('watch', { tiles: [tile(zone)], rtpCapabilities, wall });
  /** So many viewers, each of whom is sent one picture. */
  const crowd = async (node: RunningServer, zone: string, size: number): Promise<Client[]> => {
    const clients = Array.from({ length: size }, () => opened(new Client(node.url)));
    for (const client of clients) {
      const answer = await client.ask('watch', { tiles: [tile(zone)], rtpCapabilities });
      expect(answer).toMatchObject({ ok: true });
    }
    return clients;
  };
  const flows = async (viewer: LightWatcher): Promise<void> => {
    await viewer.connected();
    const { packets } = viewer.received();
    await expect
      .poll(() => viewer.received().packets, { timeout: 10_000 })
      .toBeGreaterThan(packets + 50);
  };

  beforeAll(async () => {
    cluster = await TestCluster.start();
    // The first one is full by consumers, and the third one as soon as pictures flow.
    [a, b, c] = await Promise.all([
      cluster.startNode('a', { CAPACITY_CONSUMERS: '20' }),
      cluster.startNode('b', {
        ...{ CAPACITY_CONSUMERS: '8', CAPACITY_WINDOW: '500', CAPACITY_PROCESS_CPU: '100' },
      }),
      cluster.startNode('c', { CAPACITY_WORKER_CPU: '2', CAPACITY_WINDOW: '3000' }),
    ]);
  });
  afterEach(async () => {
    await Promise.all(open.map((each) => each.close()));
    open = [];
  });
  afterAll(async () => cluster?.stop());

  test('a media worker that is busy refuses cameras too, which go to another node; what flows goes on', async () => {
    const zones = Array.from({ length: 5 }, (_, at) => `CBD-FULL-3${at}`);
    for (const zone of zones) await film(c, zone);
    // Twice what fills it on a machine that is slow.
    const viewers = Array.from({ length: 10 }, () => opened(new LightWatcher(c.url)));
    await Promise.all(viewers.map((viewer) => viewer.watch(zones[0] ?? '')));
    // A few more tiles are no new work, however full it is.
    for (const viewer of viewers) await viewer.watch(zones.map(tile));
    const pressure = async (): Promise<number> => {
      const text = await (await fetch(`${c.url}/metrics`)).text();
      return metricValue(text, 'surveillance_worker_pressure{worker="0"}');
    };
    await expect.poll(pressure, { timeout: 15_000 }).toBeGreaterThan(1.1);
    const camera = opened(new Client(c.url));
    const claim = { zone: 'CBD-FULL-04', label: '', masks: true };
    const { error } = (await camera.ask('claim', claim)) as { error?: { node?: string } };
    expect(['a', 'b']).toContain(error?.node);
    await film(error?.node === 'a' ? a : b, 'CBD-FULL-04');
    const [viewer] = viewers;
    if (viewer) await flows(viewer);
  });

  test('a wall shows that its picture is small; a page that is refused says why, and comes in by itself', async () => {
    const zone = 'CBD-FULL-05';
    opened(await LightPublisher.start(b.url, zone, await recordedClip()));
    const browser = opened(await launchBrowser());
    const wall = await newTab(browser);
    await wall.goto(`${b.url}/wall?zones=${zone}`);
    const tileOf = (page: Page) => page.locator(`[data-zone="${zone}"]`);
    const width = (page: Page) =>
      page.evaluate(() => document.querySelector('video')?.videoWidth ?? 0);
    await expect.poll(() => width(wall), { timeout: 20_000 }).toBe(1280);
    expect(await tileOf(wall).textContent()).not.toContain('small');

    const others = await crowd(b, zone, 6);
    await expect.poll(() => width(wall), { timeout: 20_000 }).toBe(320);
    const label = await tileOf(wall).getByRole('button').getAttribute('aria-label');
    expect(label).toBe(`${zone}, STREAMING, small picture`);
    await wall.keyboard.press('Enter');
    await expect.poll(() => width(wall), { timeout: 20_000 }).toBe(1280);

    const page = await openConsole(browser, b.url, { zone, role: 'operator' });
    const sentence = /This node is full; [ac] takes new viewers. It is tried again by itself./;
    await page.getByText(sentence).waitFor({ timeout: 20_000 });
    for (const one of others) one.close();
    await pill(page, 'STREAMING', 30_000);
  });

  test('viewers are sent to a node that has room and get the picture there, cameras stay, and where none has room that is said', async () => {
    const zone = 'CBD-FULL-01';
    await film(a, zone);
    await crowd(a, zone, 17);
    const named = async (): Promise<string | undefined> => {
      const { error } = (await watch(a, zone)) as { error?: { node?: string } };
      return error?.node;
    };
    // Not all to one.
    const nodes = new Set<string | undefined>();
    await expect
      .poll(async () => [...nodes.add(await named())].filter(Boolean).sort(), { timeout: 15_000 })
      .toEqual(['b', 'c']);
    expect(await watch(a, zone, true)).toMatchObject({ error: { code: 'unavailable' } });
    await film(a, 'CBD-FULL-02');

    const viewer = opened(new LightWatcher(b.url));
    await viewer.watch(zone);
    await flows(viewer);

    await c.stop();
    await crowd(b, zone, 6);
    await expect.poll(named, { timeout: 10_000 }).toBeUndefined();
    for (const node of [a, b]) {
      expect(await watch(node, zone)).toMatchObject({
        error: { message: 'All nodes are full: none takes new viewers at the moment.' },
      });
    }
    // What flows goes on.
    await flows(viewer);
  });
});
