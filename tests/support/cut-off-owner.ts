/** The owner of a zone is cut off the network, another camera begins at another node, and the cut ends. */
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { ClusterReport } from '../../server/contract/api.ts';
import type { NodesFarApart } from './nodes-far-apart.ts';

/** ms */
export interface CutTimes {
  /** From the cut until a viewer sees the camera at the other node. */
  readonly away: number;
  /** From the end of the cut until the first owner has let go, and until its viewer sees what the other one sends. */
  readonly letGo: number;
  readonly back: number;
}

/** @param lasts ms */
export async function cutOffOwner(
  scene: NodesFarApart,
  zone: string,
  lasts: number,
): Promise<CutTimes> {
  const { people, lab } = scene;
  const [near, far] = [people.north, people.south];
  const flows = async (of: typeof near, name: string, within = 15_000): Promise<void> => {
    const before = of.state(name).packets;
    await expect
      .poll(() => of.state(name).packets, { timeout: within })
      .toBeGreaterThan(before + 50);
  };
  const names = { first: `first-${zone}`, second: `second-${zone}` };
  const viewer = `viewer-${zone}`;
  const [north, south] = [scene.urlOf('north'), scene.urlOf('south')];
  near.add({ name: names.first, role: 'camera', url: north, zone });
  await expect.poll(() => near.state(names.first).packets, { timeout: 15_000 }).toBeGreaterThan(0);
  near.add({ name: viewer, role: 'viewer', url: north, zone });
  far.add({ name: viewer, role: 'viewer', url: south, zone });
  await Promise.all([flows(near, viewer), flows(far, viewer)]);

  scene.cutNorth();
  const cutAt = performance.now();
  far.add({ name: names.second, role: 'camera', url: south, zone });
  // What had come before the cut may still be counted.
  await pause(500);
  await flows(far, viewer);
  const away = performance.now() - cutAt;
  await flows(near, viewer);
  await pause(Math.max(0, lasts - (performance.now() - cutAt)));

  lab.heal();
  const healedAt = performance.now();
  await expect
    .poll(() => near.state(names.first).ended, { timeout: 15_000 })
    .toEqual(['zone-occupied']);
  const letGo = performance.now() - healedAt;
  await flows(near, viewer);
  const back = performance.now() - healedAt;
  await flows(far, viewer);
  expect(far.state(names.second).ended).toEqual([]);
  for (const place of ['north', 'south'] as const) {
    const told = () => {
      const { zones, pipes } = JSON.parse(scene.ask(place, '/api/v1/cluster')) as ClusterReport;
      const ofZone = (one: { zone: string }): boolean => one.zone === zone;
      return { zones: zones.filter(ofZone), pipes: pipes.filter(ofZone) };
    };
    const expected = {
      zones: [{ zone, node: 'south' }],
      pipes: [{ zone, from: 'south', to: 'north' }],
    };
    await expect.poll(told, { interval: 500 }).toMatchObject(expected);
  }
  return { away, letGo, back };
}
