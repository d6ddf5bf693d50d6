/** A camera sends once, however many nodes watch: measured over frames, by light peers. */
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import type { CaptureSize } from '../../server/contract/layers.ts';
import { TestCluster } from '../support/cluster.ts';
import type { LightPublisher } from '../support/peers/publisher.ts';
import type { LightWatcher } from '../support/peers/watcher.ts';
import { flows, People, pipesOf } from '../support/people.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { testWith } from '../support/prerequisites.ts';
import type { RunningServer } from '../support/server.ts';

const test = testWith(['redis-server']);

describe.skipIf(!postgresPrograms)('a zone that two nodes watch', () => {
  let cluster: TestCluster;
  let a: RunningServer;
  let b: RunningServer;
  const people = new People();

  const watch = (node: RunningServer, zone: string, size: CaptureSize): Promise<LightWatcher> =>
    people.watch(node, [{ zone, ...size, visible: true, focused: false }]);
  /** What a camera sends for one frame of its smallest layer, bytes: it does not depend on how busy this machine is. */
  const upload = async ({ layers }: LightPublisher): Promise<number> => {
    const sent = () => ({
      frames: layers[0]?.packets ?? 0,
      bytes: layers.reduce((sum, { bytes }) => sum + bytes, 0),
    });
    const before = sent();
    await expect.poll(() => sent().frames, { timeout: 10_000 }).toBeGreaterThan(before.frames + 60);
    const after = sent();
    return (after.bytes - before.bytes) / (after.frames - before.frames);
  };

  beforeAll(async () => {
    cluster = await TestCluster.start();
    [a, b] = await Promise.all([cluster.startNode('a'), cluster.startNode('b')]);
  });
  afterEach(() => people.close());
  afterAll(async () => cluster?.stop());

  test('what a camera sends does not grow with the nodes where it is watched', async () => {
    const camera = await people.film(a, 'CBD-FAR-06');
    await flows(await watch(a, 'CBD-FAR-06', { width: 640, height: 360 }));
    await expect
      .poll(() => camera.client.heard('layers:wanted').at(-1), { timeout: 15_000 })
      .toEqual({ highest: 1 });
    const atOne = await upload(camera);
    await flows(await watch(b, 'CBD-FAR-06', { width: 320, height: 180 }));
    await flows(await watch(b, 'CBD-FAR-06', { width: 640, height: 360 }));
    const atTwo = await upload(camera);
    expect(Math.abs(atTwo / atOne - 1)).toBeLessThan(0.03);
    expect(await pipesOf(a)).toEqual({ in: 0, out: 1 });
  });
});
