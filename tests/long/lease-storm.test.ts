/** A node that films a thousand zones, and that hundreds of viewers join at once: no lease is lost meanwhile. */
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterEach, describe, expect } from 'vitest';
import { oneAddress } from '../bench/load/one-address.ts';
import { inHandfuls } from '../bench/load/handfuls.ts';
import {
  Client,
  dtlsParameters,
  rtpCapabilities,
  rtpParameters,
  tile,
  type Answer,
} from '../support/client.ts';
import { TestCluster } from '../support/cluster.ts';
import { persist } from '../support/peers/persist.ts';
import { directory } from '../support/people.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { testWith } from '../support/prerequisites.ts';

const test = testWith(['redis-server']);
const zones = Array.from({ length: 1000 }, (_, at) => `CBD-STORM-${at}`);
const viewers = 300;
const tiles = 4;
/** What a node has when nothing is said, ms. */
const lease = 3000;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** However busy the machine is. */
const ask = ({ socket }: Client, event: string, request: unknown): Promise<Answer> =>
  socket.timeout(60_000).emitWithAck(event, request) as Promise<Answer>;

async function film(camera: Client, zone: string): Promise<void> {
  const claimed = await ask(camera, 'claim', { zone, label: '' });
  if (!claimed.ok) throw new Error(JSON.stringify(claimed.error));
  const { id: transportId } = claimed.transport as { id: string };
  const track = { kind: 'video', rtpParameters };
  const published = await ask(camera, 'publish', { transportId, dtlsParameters, ...track });
  if (!published.ok) throw new Error(JSON.stringify(published.error));
}

/** Looks at the leases themselves, over and over. */
class LeaseWatch {
  /** The shortest that any of them had left, ms. */
  least = Infinity;
  looks = 0;
  readonly missing = new Set<string>();
  readonly #redis: Redis;
  #on = true;
  readonly #looking: Promise<void>;

  constructor(url: string) {
    this.#redis = new Redis(url);
    this.#looking = this.#look();
  }

  async end(): Promise<void> {
    this.#on = false;
    await this.#looking;
    this.#redis.disconnect();
  }

  async #look(): Promise<void> {
    while (this.#on) {
      const asked = this.#redis.pipeline();
      for (const zone of zones) asked.pttl(`surveillance:lease:${zone}`);
      const left = ((await asked.exec()) ?? []).map(([, time]) => Number(time));
      for (const [at, time] of left.entries()) if (time < 0) this.missing.add(zones[at] ?? '');
      this.least = Math.min(this.least, ...left);
      this.looks += 1;
      await pause(20);
    }
  }
}

describe.skipIf(!postgresPrograms)('a node with a thousand zones', () => {
  test('keeps all their leases while 300 viewers join at once, also a second time', async () => {
    const cluster = await TestCluster.start();
    ends.push(() => cluster.stop());
    const settings = {
      ...oneAddress,
      CLUSTER_LEASE: `${lease}`,
      CAPACITY_WHEN_FULL: 'off',
      // Its cameras send nothing.
      CAMERA_CLAIM_TIMEOUT: '600000',
    };
    const [a, b] = [await cluster.startNode('a', settings), await cluster.startNode('b', settings)];
    const open: Client[] = [];
    ends.push(() => open.forEach((client) => client.close()));
    const come = async (node: { url: string }): Promise<Client> => {
      const client = new Client(node.url);
      open.push(client);
      await client.connected();
      return client;
    };
    const rest = [...zones];
    await inHandfuls(zones.length, async () => {
      const [camera, zone = ''] = [await come(a), rest.pop()];
      await persist(
        () => film(camera, zone),
        () => true,
      );
    });
    const cameras = [...open];
    console.log(`${zones.length} zones are filmed`);
    const redis = new Redis(cluster.redis.url);
    ends.push(() => redis.disconnect());
    const leases = () => redis.mget(zones.map((zone) => `surveillance:lease:${zone}`));
    const before = await leases();
    expect(before.every((value) => value?.includes(' a '))).toBe(true);
    for (const time of ['the first', 'the second']) {
      const crowd: Client[] = [];
      await inHandfuls(viewers, async () => void crowd.push(await come(a)));
      const watch = new LeaseWatch(cluster.redis.url);
      const began = performance.now();
      const answers = await Promise.all(
        crowd.map((client, at) => {
          const shown = Array.from({ length: tiles }, (_, nth) =>
            tile(zones[(at * tiles + nth) % zones.length] ?? ''),
          );
          return ask(client, 'watch', { tiles: shown, rtpCapabilities });
        }),
      );
      const took = performance.now() - began;
      await pause(lease);
      await watch.end();
      const { least, looks } = watch;
      console.log(
        `${time} ${viewers} viewers of ${tiles} zones each had joined after ${took.toFixed(0)} ms; of ${looks} looks at ${zones.length} leases of ${lease} ms the shortest left ${least} ms`,
      );
      expect(answers.filter(({ ok }) => !ok)).toEqual([]);
      expect(looks).toBeGreaterThan(20);
      expect([...watch.missing]).toEqual([]);
      expect(await leases()).toEqual(before);
    }
    for (const node of [a, b]) {
      const all = await directory(node);
      expect(Object.values(all?.zones ?? {}).filter((owner) => owner === 'a')).toHaveLength(
        zones.length,
      );
    }
    for (const camera of cameras) expect(camera.heard('session:ended')).toEqual([]);
  });
});
