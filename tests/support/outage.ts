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
 * Somebody films at the first seat and everyone watches, when the database is killed or hangs: pictures go on, each node says
 * that it lives and how it does, no socket is lost, nobody new watches, and each is told why; afterwards all goes on by itself.
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
  const lost: string[] = [];
  for (const { socket } of [camera.client, ...viewers.map(({ client }) => client), ...newcomers])
    socket.on('disconnect', (reason) => lost.push(reason));
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
        const joins = newcomers.map((newcomer) => join(newcomer, zone));
        for (const seat of seats) await answers(seat.node);
        for (const viewer of viewers) await flows(viewer, 2000);
        for (const { ok, error } of await Promise.all(joins)) {
          expect({ ok, code: error?.code }).toEqual({ ok: false, code: 'unavailable' });
          expect(error?.message).toMatch(/^The server's database cannot be used at the moment: /);
        }
      } while (performance.now() < until);
      for (const seat of seats) {
        const { ready, parts } = await readiness(seat.node.url);
        expect({ ready, store: parts.store }).not.toEqual({ ready: true, store: 'ok' });
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
    expect(lost).toEqual([]);
  } finally {
    camera.close();
    for (const each of [...viewers, ...newcomers]) each.close();
  }
}

function join({ socket }: Client, zone: string): Promise<Answer> {
  const request = { tiles: [tile(zone)], rtpCapabilities };
  return socket.timeout(12_000).emitWithAck('watch', request) as Promise<Answer>;
}

/** Whoever looks after the process and the balancer hear of it at once, with the database or without. */
async function answers({ url }: RunningServer): Promise<void> {
  const ask = (path: string) => fetch(`${url}${path}`, { signal: AbortSignal.timeout(2000) });
  expect((await ask('/healthz')).status).toBe(200);
  expect([200, 503]).toContain((await ask('/readyz')).status);
}

async function flows(viewer: LightWatcher, within: number): Promise<void> {
  const before = viewer.received().packets;
  const packets = () => viewer.received().packets;
  await expect.poll(packets, { timeout: within }).toBeGreaterThan(before + 5);
}
