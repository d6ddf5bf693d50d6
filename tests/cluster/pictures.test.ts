/** A camera at one node and its viewers at others: real servers, Redis, PostgreSQL and media, by light peers. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { Uplink } from '../../gateway/upload/uplink.ts';
import type { CaptureSize } from '../../server/contract/layers.ts';
import type { Move } from '../../server/contract/steering.ts';
import { TestCluster } from '../support/cluster.ts';
import { ClipCamera } from '../support/gateway/clip-camera.ts';
import { threeLayerClip } from '../support/peers/clip.ts';
import type { LightPublisher } from '../support/peers/publisher.ts';
import { SteeredCamera } from '../support/peers/steered-camera.ts';
import type { LightWatcher } from '../support/peers/watcher.ts';
import { likeABrowser, offered, WhepPlayer } from '../support/peers/whep-player.ts';
import { clusterReport, flows, People, pipesOf, pipesOfZone } from '../support/people.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { cameraClip } from '../support/rtsp/clips.ts';
import { testWith } from '../support/prerequisites.ts';
import type { RunningServer } from '../support/server.ts';

const test = testWith(['redis-server']);

describe.skipIf(!postgresPrograms)('pictures between nodes', () => {
  let cluster: TestCluster;
  let a: RunningServer;
  let b: RunningServer;
  const people = new People();

  const film = (node: RunningServer, zone: string): Promise<LightPublisher> =>
    people.film(node, zone);
  /** @param size of the tile; a large one if not said */
  const watch = (node: RunningServer, zone: string, size?: CaptureSize): Promise<LightWatcher> =>
    people.watch(node, size ? [{ zone, ...size, visible: true, focused: false }] : zone);

  beforeAll(async () => {
    cluster = await TestCluster.start();
    [a, b] = await Promise.all([cluster.startNode('a'), cluster.startNode('b')]);
  });
  afterEach(() => people.close());
  afterAll(async () => cluster?.stop());

  test('viewers at another node get the picture over one pipe, and the camera sends once', async () => {
    const camera = await film(a, 'CBD-FAR-01');
    const viewers = [await watch(b, 'CBD-FAR-01'), await watch(b, 'CBD-FAR-01')];
    await Promise.all(viewers.map((viewer) => flows(viewer)));
    for (const viewer of viewers) expect(viewer.received().keyFrames).toBeGreaterThan(0);
    expect(await pipesOf(a)).toEqual({ in: 0, out: 1 });
    expect(await pipesOf(b)).toEqual({ in: 1, out: 0 });
    for (const node of [a, b]) {
      expect(await clusterReport(node)).toMatchObject({
        pipes: [{ zone: 'CBD-FAR-01', from: 'a', to: 'b' }],
        unanswered: [],
      });
    }
    expect(camera.client.heard('session:ended')).toEqual([]);
  });

  test('whoever waits at another node gets the picture when the camera comes, and it sleeps when they have gone', async () => {
    const viewer = await watch(b, 'CBD-FAR-02');
    const camera = await film(a, 'CBD-FAR-02');
    await flows(viewer);
    viewer.close();
    await expect.poll(() => pipesOf(a), { timeout: 15_000 }).toEqual({ in: 0, out: 0 });
    await expect
      .poll(() => camera.client.heard('layers:wanted').at(-1), { timeout: 15_000 })
      .toEqual({ highest: null });
    await flows(await watch(b, 'CBD-FAR-02'));
  });

  test('a WHEP player at another node gets the picture over a pipe, which is gone with its session', async () => {
    const player = await WhepPlayer.watch(b.url, 'CBD-FAR-08', { change: likeABrowser });
    try {
      expect(player.location).toMatch(/^\/whep\/CBD-FAR-08\/b~[\w-]+\?node=b$/);
      await film(a, 'CBD-FAR-08');
      const soon = { timeout: 10_000 };
      await expect.poll(() => player.packets.length, soon).toBeGreaterThan(20);
      expect(player.packets.at(-1)?.payloadType).toBe(offered.vp8);
      // That of the test before may still be there.
      await expect.poll(() => pipesOf(b), { timeout: 15_000 }).toEqual({ in: 1, out: 0 });
      expect((await player.delete()).status).toBe(200);
      await expect.poll(() => pipesOf(a), { timeout: 15_000 }).toEqual({ in: 0, out: 0 });
    } finally {
      player.close();
    }
  });

  test('who watches at another node steers the camera, and stops it by going', async () => {
    const zone = 'CBD-FAR-10';
    const camera = await SteeredCamera.start(a.url, zone, threeLayerClip());
    try {
      const [near, far] = [await watch(a, zone), await watch(b, zone)];
      await Promise.all([flows(near), flows(far)]);
      const handOf = ({ client }: LightWatcher) => client.heard('steering').at(-1)?.steering?.hand;
      const right: Move = { kind: 'continuous', pan: 1, tilt: 0, zoom: 0 };
      await far.client.request('steer', { zone, number: 1, move: right });
      expect(camera.last).toBe('continuous');
      await expect.poll(() => handOf(near)).toMatchObject({ mine: false });
      await expect.poll(() => handOf(far)).toMatchObject({ mine: true });
      const refused = await near.client.ask('steer', { zone, number: 1, move: right });
      expect(refused).toMatchObject({ error: { code: 'hand-taken' } });

      const begun = performance.now();
      far.client.socket.io.engine.close();
      await expect.poll(() => camera.last, { timeout: 3000, interval: 20 }).toBe('stop');
      expect(performance.now() - begun).toBeLessThan(1000);
    } finally {
      camera.close();
    }
  });

  test('a gateway is told that a viewer at another node needs a key frame of its camera', async () => {
    const zone = 'CBD-FAR-11';
    const uplink = new Uplink({ url: a.url, bindAddress: '127.0.0.1' });
    const camera = new ClipCamera(uplink.open, zone, [await cameraClip('sub')]);
    try {
      let came = 0;
      const viewer = await people.watch(b, zone, { onH264: () => (came += 1) });
      await expect.poll(() => came, { timeout: 15_000 }).toBeGreaterThan(20);
      await pause(1100); // One wish a second is passed on.
      const before = camera.keysWanted.length;
      viewer.requestKeyFrame();
      await expect.poll(() => camera.keysWanted.length, { timeout: 3000 }).toBe(before + 1);
    } finally {
      camera.close();
      uplink.close();
    }
  });

  test('whoever comes back soon after camera and viewers have gone gets the picture of the next camera', async () => {
    const [before, gone] = [await film(a, 'CBD-FAR-07'), await watch(b, 'CBD-FAR-07')];
    await flows(gone);
    before.close();
    gone.close();
    await film(a, 'CBD-FAR-07');
    await flows(await watch(b, 'CBD-FAR-07'));
  });

  test('a camera that moves to the node of its viewers films there, and the pipe has gone', async () => {
    const before = await film(a, 'CBD-FAR-03');
    const viewer = await watch(b, 'CBD-FAR-03');
    await flows(viewer);
    expect(await pipesOfZone(b, 'CBD-FAR-03')).toEqual(['a to b']);
    before.close();
    await film(b, 'CBD-FAR-03');
    await flows(viewer);
    await expect.poll(() => pipesOfZone(b, 'CBD-FAR-03')).toEqual([]);
  });

  test('a node that is killed while another one watches: the camera comes back at a third, and the picture with it', async () => {
    const c = await cluster.startNode('c');
    await film(c, 'CBD-FAR-04');
    const viewer = await watch(b, 'CBD-FAR-04');
    await flows(viewer);
    c.process.kill('SIGKILL');
    await film(a, 'CBD-FAR-04');
    await flows(viewer, 5000);
    expect(await pipesOfZone(b, 'CBD-FAR-04')).toEqual(['a to b']);
  });
});
