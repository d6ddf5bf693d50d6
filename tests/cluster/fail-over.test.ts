/** Browsers behind a load balancer, whose node is killed or replaced: nobody clicks, and pictures come back in seconds. */
import { once } from 'node:events';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { pinned } from '../../gateway/server-trust.ts';
import { Uplink } from '../../gateway/upload/uplink.ts';
import { launchBrowser, pill } from '../support/browser.ts';
import { openAtNode, wentOn } from '../support/browsers-at-nodes.ts';
import { watchFrames } from '../support/frames.ts';
import { ClipCamera } from '../support/gateway/clip-camera.ts';
import { Pictures } from '../support/gateway/depacketise.ts';
import { LightWatcher } from '../support/peers/watcher.ts';
import { fingerprintOf } from '../support/fingerprint.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { testWith } from '../support/prerequisites.ts';
import { cameraClip } from '../support/rtsp/clips.ts';
import { ThreeNodes, type NodeOfThree } from '../support/three-nodes.ts';
import { clusterReport } from '../support/people.ts';
import type { Role } from '../../web/lib/session/status.ts';

const test = testWith(['redis-server', 'haproxy']);

describe.skipIf(!postgresPrograms)('a node that ends while browsers are there', () => {
  let three: ThreeNodes;
  let browser: Browser;
  const pages: Page[] = [];

  const openAt = async (name: NodeOfThree, zone: string, role: Role): Promise<Page> => {
    const page = await openAtNode(browser, three, name, { zone, role });
    pages.push(page);
    return page;
  };
  const ownersOf = async (zone: string, by: NodeOfThree): Promise<string[]> => {
    const { zones } = await clusterReport(three.node(by));
    return zones.filter((one) => one.zone === zone).map(({ node }) => node);
  };

  /** Starts a node again, and waits until the balancer knows. */
  const replace = async (name: NodeOfThree): Promise<void> => {
    await three.start(name);
    await three.takes('haproxy', name);
  };

  beforeAll(async () => {
    [three, browser] = await Promise.all([
      ThreeNodes.behind(['haproxy'], { SESSION_GRACE: '1000' }),
      launchBrowser(),
    ]);
  });
  afterEach(async () => {
    await Promise.all(pages.splice(0).map((page) => page.context().close()));
  });
  afterAll(async () => {
    await browser?.close();
    await three?.stop();
  });

  test('an edge is killed: its viewers see frames from another node, and others never notice', async () => {
    await openAt('north', 'EDGE-01', 'camera');
    const [lost, other] = [
      await openAt('south', 'EDGE-01', 'operator'),
      await openAt('west', 'EDGE-01', 'operator'),
    ];
    await Promise.all([watchFrames(lost), watchFrames(other)]);
    const before = three.whereOf('EDGE-01').filter((name) => name !== 'south').length;
    three.node('south').process.kill('SIGKILL');
    await expect
      .poll(() => three.whereOf('EDGE-01').filter((name) => name !== 'south'), { timeout: 10_000 })
      .toHaveLength(before + 1);
    await wentOn(lost, 5000);
    await wentOn(other, 1500);
    await replace('south');
  });

  test('the owner is killed while two edges watch: frames at both, no click, one owner', async () => {
    const camera = await openAt('north', 'OWNED-01', 'camera');
    const viewers = [
      await openAt('south', 'OWNED-01', 'operator'),
      await openAt('west', 'OWNED-01', 'operator'),
    ];
    await Promise.all(viewers.map((page) => watchFrames(page)));
    three.node('north').process.kill('SIGKILL');
    await pill(camera, 'RECONNECTING', 5000);
    await pill(camera, 'STREAMING');
    await Promise.all(viewers.map((page) => wentOn(page, 5000)));
    const owners = await ownersOf('OWNED-01', 'south');
    expect(owners).toHaveLength(1);
    expect(['south', 'west']).toContain(owners[0]);
    await replace('north');
  });

  test('a node is drained and replaced: its camera and viewers go to others, and no picture is black', async () => {
    await openAt('west', 'ROLLED-01', 'camera');
    const viewers = [
      await openAt('west', 'ROLLED-01', 'operator'),
      await openAt('south', 'ROLLED-01', 'operator'),
    ];
    await Promise.all(viewers.map((page) => watchFrames(page)));
    const exit = once(three.node('west').process, 'exit');
    three.node('west').process.kill('SIGUSR2');
    await expect
      .poll(() => ownersOf('ROLLED-01', 'south'), { timeout: 10_000 })
      .not.toContain('west');
    expect(await exit).toEqual([0, null]);
    await Promise.all(viewers.map((page) => wentOn(page, 4000)));
    expect(three.whereOf('ROLLED-01').filter((name) => name !== 'west')).toHaveLength(3);
  });

  test('a gateway follows a node that is drained to the one that is named, with all its cameras', async () => {
    const zones = ['SITE-ROLLED-01', 'SITE-ROLLED-02'];
    const { url } = three.front('haproxy');
    const uplink = new Uplink({ url, agent: pinned(await fingerprintOf(url)) });
    const clips = [await cameraClip('sub')];
    const cameras = zones.map((zone) => new ClipCamera(uplink.open, zone, clips));
    const [zone = ''] = zones;
    await expect.poll(() => three.whereOf(zone), { timeout: 10_000 }).toHaveLength(1);
    const [before] = three.whereOf(zone);
    const elsewhere = before === 'north' ? 'south' : 'north';
    const pictures = new Pictures();
    const came: number[] = [];
    pictures.onPicture = () => came.push(performance.now());
    const viewer = new LightWatcher(three.node(elsewhere).url, {
      onH264: (packet) => pictures.take(packet),
    });
    try {
      await viewer.watch(zone);
      await viewer.connected();
      await expect.poll(() => came.length, { timeout: 15_000 }).toBeGreaterThan(25);
      const drained = performance.now();
      three.node(before ?? '').process.kill('SIGUSR2');
      for (const each of zones) {
        await expect
          .poll(() => ownersOf(each, elsewhere), { timeout: 10_000 })
          .toEqual([expect.not.stringContaining(before ?? '')]);
      }
      await expect
        .poll(() => came.filter((at) => at > drained + 3000).length, { timeout: 15_000 })
        .toBeGreaterThan(25);
      const gaps = came.slice(1).map((at, index) => at - (came[index] ?? at));
      console.log(`the longest wait for a picture was ${Math.max(...gaps).toFixed(0)} ms`);
      // The key picture that is waited for is a second away at most.
      expect(Math.max(...gaps)).toBeLessThan(5000);
    } finally {
      viewer.close();
      for (const camera of cameras) camera.close();
      uplink.close();
    }
  });
});
