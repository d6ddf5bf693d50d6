/** The database of a cluster gone for a while, and what is to be seen at its nodes meanwhile. */
import { expect } from 'vitest';
import { rtpCapabilities, tile, Client, type Answer } from './client.ts';
import type { TestCluster } from './cluster.ts';
import { threeLayerClip } from './peers/clip.ts';
import { LightPublisher } from './peers/publisher.ts';
import { LightWatcher } from './peers/watcher.ts';
import { readiness } from './readiness.ts';
import type { RunningServer } from './server.ts';

/** A node, and with what somebody signs in there. */
export interface Seat {
  readonly node: RunningServer;
  readonly headers: Record<string, string>;
}

/**
 * Somebody films at the first seat and everyone watches, when the database is killed or hangs: pictures go on, nobody new
 * watches, and each is told why; afterwards all goes on by itself.
 * @param time ms
 */
export async function loseDatabase(
  cluster: TestCluster,
  seats: readonly [Seat, ...Seat[]],
  how: 'killed' | 'hung',
  time: number,
): Promise<void> {
  const zone = `CBD-STORE-${how.toUpperCase()}`;
  const [{ node, headers }] = seats;
  const camera = await LightPublisher.start(node.url, zone, threeLayerClip(), headers);
  const viewers = seats.map((seat) => new LightWatcher(seat.node.url, { headers: seat.headers }));
  const newcomers = seats.map(
    (seat) => new Client(seat.node.url, undefined, { extraHeaders: seat.headers }),
  );
  try {
    await Promise.all(newcomers.map((newcomer) => newcomer.connected()));
    for (const viewer of viewers) {
      await viewer.client.connected();
      await viewer.watch(zone);
      await viewer.connected();
    }
    await Promise.all(viewers.map((viewer) => flows(viewer, 10_000)));
    if (how === 'killed') await cluster.postgres.kill();
    else cluster.postgres.freeze();
    try {
      const until = performance.now() + time;
      do {
        const answers = newcomers.map((newcomer) => join(newcomer, zone));
        for (const viewer of viewers) await flows(viewer, 2000);
        for (const { ok, error } of await Promise.all(answers)) {
          expect({ ok, code: error?.code }).toEqual({ ok: false, code: 'unavailable' });
          expect(error?.message).toMatch(/^The server's database cannot be used at the moment: /);
        }
      } while (performance.now() < until);
      for (const seat of seats) {
        const { ready, parts } = await readiness(seat.node.url);
        expect({ ready, store: parts.store }).not.toEqual({ ready: true, store: 'ok' });
        expect((await fetch(`${seat.node.url}/healthz`)).status).toBe(200);
      }
      for (const viewer of viewers) await flows(viewer, 2000);
    } finally {
      if (how === 'killed') await cluster.postgres.start();
      else cluster.postgres.thaw();
    }
    for (const newcomer of newcomers) {
      await expect
        .poll(async () => (await join(newcomer, zone)).ok, { timeout: 15_000 })
        .toBe(true);
    }
    for (const viewer of viewers) {
      await flows(viewer, 2000);
      expect(viewer.client.heard('session:ended')).toEqual([]);
      expect(viewer.client.heard('rejoin')).toEqual([]);
    }
  } finally {
    camera.close();
    for (const each of [...viewers, ...newcomers]) each.close();
  }
}

function join({ socket }: Client, zone: string): Promise<Answer> {
  const request = { tiles: [tile(zone)], rtpCapabilities };
  return socket.timeout(12_000).emitWithAck('watch', request) as Promise<Answer>;
}

async function flows(viewer: LightWatcher, within: number): Promise<void> {
  const before = viewer.received().packets;
  const packets = () => viewer.received().packets;
  await expect.poll(packets, { timeout: within }).toBeGreaterThan(before + 5);
}
