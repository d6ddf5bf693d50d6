/** One list of zones for the whole city, at whichever node it is looked at: real servers, Redis and PostgreSQL. */
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import type { ServerMessage } from '../../server/contract/events.ts';
import type { ZoneList } from '../../server/contract/zone-list.ts';
import type { ZoneSummary } from '../../server/contract/zone.ts';
import { Client, rtpCapabilities, tile } from '../support/client.ts';
import { leaseTime, TestCluster } from '../support/cluster.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { testWith } from '../support/prerequisites.ts';
import type { RunningServer } from '../support/server.ts';

const test = testWith(['redis-server']);

/** A client that keeps its list as a page does. */
class Lister extends Client {
  zones = new Map<string, ZoneSummary>();
  unknown: string[] = [];
  totals: ZoneList['totals'] | undefined;

  constructor(url: string) {
    super(url);
    this.socket.on('zones', (told: ServerMessage<'zones'>) => this.take(told));
    this.socket.on('zones:changed', ({ changed, gone }: ServerMessage<'zones:changed'>) => {
      for (const id of gone) this.zones.delete(id);
      for (const zone of changed) this.zones.set(zone.id, zone);
    });
    this.socket.on('zones:totals', ({ totals, unknown }: ServerMessage<'zones:totals'>) => {
      this.totals = totals;
      this.unknown = unknown;
    });
  }

  take({ zones, unknown = [], totals }: Partial<ZoneList> & Pick<ZoneList, 'zones'>): void {
    this.zones = new Map(zones.map((zone) => [zone.id, zone]));
    this.unknown = unknown;
    this.totals = totals;
  }
}

describe.skipIf(!postgresPrograms)('zones of all nodes', () => {
  let cluster: TestCluster;
  let a: RunningServer;
  let b: RunningServer;
  let c: RunningServer;
  let clients: Client[] = [];

  const opened = async <C extends Client>(client: C): Promise<C> => {
    clients.push(client);
    await client.connected();
    return client;
  };
  const film = async (node: RunningServer, zone: string, label = 'gate'): Promise<Client> => {
    const camera = await opened(new Client(node.url));
    await camera.request('claim', { zone, label });
    return camera;
  };
  const watch = async (node: RunningServer, zone: string): Promise<Client> => {
    const viewer = await opened(new Client(node.url));
    await viewer.request('watch', { tiles: [tile(zone)], rtpCapabilities });
    return viewer;
  };
  /** @param count of the zones that its list shows */
  const list = async (node: RunningServer, pattern: string, count = 50): Promise<Lister> => {
    const lister = await opened(new Lister(node.url));
    lister.take(await lister.request('zones:list', { pattern, live: true, count }));
    return lister;
  };
  const within = { timeout: 2000 };

  beforeAll(async () => {
    cluster = await TestCluster.start();
    const start = (name: string): Promise<RunningServer> => cluster.startNode(name);
    [a, b, c] = await Promise.all([start('a'), start('b'), start('c')]);
  });
  afterEach(() => {
    for (const client of clients) client.close();
    clients = [];
  });
  afterAll(async () => cluster?.stop());

  test('each node finds the others', async () => {
    for (const node of [a, b, c]) {
      const lister = await list(node, 'NONE-*');
      await expect.poll(() => lister.unknown, { timeout: 10_000 }).toEqual([]);
    }
  });

  test('a zone of another node is in the list within 2 s, with its state and label, and leaves it with its camera', async () => {
    const lister = await list(b, 'FAR-*');
    const old = await opened(new Lister(c.url));
    const camera = await film(a, 'FAR-01', 'market');
    const zone = { id: 'FAR-01', camera: 'connecting', label: 'market', viewers: 0 };
    await expect.poll(() => lister.zones.get('FAR-01'), within).toEqual(zone);
    await expect.poll(() => lister.totals?.connecting, within).toBe(1);
    // Also where nobody says what their list shows, and for whoever comes now.
    await expect.poll(() => old.zones.get('FAR-01'), within).toEqual(zone);
    const late = await opened(new Lister(c.url));
    await expect.poll(() => [...late.zones.values()], within).toContainEqual(zone);
    await camera.request('leave', {});
    await expect.poll(() => lister.zones.size, within).toBe(0);
    await expect.poll(() => lister.totals?.connecting, within).toBe(0);
  });

  test('a window has the first zones of all nodes by name, and the totals count the others', async () => {
    for (const [at, node] of [a, b, c, a, b, c].entries()) await film(node, `MIXED-${at}`);
    const lister = await list(b, 'MIXED-*', 4);
    const named = (): string[] => [...lister.zones.keys()].sort();
    await expect.poll(named, within).toEqual([0, 1, 2, 3].map((at) => `MIXED-${at}`));
    await expect.poll(() => lister.totals?.connecting, within).toBe(6);
    const next = await lister.request('zones:list', {
      ...{ pattern: 'MIXED-*', live: true, from: 'MIXED-3', count: 4 },
    });
    expect(next).toMatchObject({
      before: 3,
      zones: [3, 4, 5].map((at) => ({ id: `MIXED-${at}` })),
    });
  });

  test('the number of viewers is that of all nodes, for lists, viewers and the camera', async () => {
    const camera = await film(a, 'SEEN-01');
    const lister = await list(c, 'SEEN-*');
    const viewers = [
      await watch(a, 'SEEN-01'),
      await watch(b, 'SEEN-01'),
      await watch(b, 'SEEN-01'),
    ];
    const all = (): (number | undefined)[] => [
      lister.zones.get('SEEN-01')?.viewers,
      ...[camera, ...viewers].map((one) => one.heard('zone:changed').at(-1)?.zone.viewers),
    ];
    await expect.poll(all, within).toEqual([3, 3, 3, 3, 3]);
    viewers[2]?.close();
    await expect.poll(() => all().slice(0, 4), { timeout: 4000 }).toEqual([2, 2, 2, 2]);
  });

  test('a node that is stopped is named as unknown and its zones are not shown as live; afterwards all is there again', async () => {
    const d = await cluster.startNode('d');
    const lister = await list(b, 'STILL-*');
    await film(d, 'STILL-01');
    await expect.poll(() => lister.zones.size, { timeout: 5000 }).toBe(1);
    d.process.kill('SIGSTOP');
    try {
      const begun = performance.now();
      const answer = await lister.request('zones:list', { pattern: 'STILL-*', count: 20 });
      expect(performance.now() - begun).toBeLessThan(3000);
      expect(answer.unknown).toEqual(['d']);
      await expect.poll(() => lister.zones.size, { timeout: leaseTime + 5000 }).toBe(0);
      // Its leases have ended by now: nothing is missing any more.
      await expect.poll(() => lister.unknown, { timeout: leaseTime + 5000 }).toEqual([]);
    } finally {
      d.process.kill('SIGCONT');
    }
    await expect.poll(() => lister.zones.get('STILL-01'), { timeout: 10_000 }).toBeDefined();
  });

  test('a node that is killed leaves no zones and no viewers behind', async () => {
    const e = await cluster.startNode('e');
    await film(e, 'GONE-01');
    const camera = await film(a, 'STAYS-01');
    const lister = await list(b, '*-01');
    await watch(e, 'STAYS-01');
    await watch(b, 'STAYS-01');
    const seen = (): unknown[] => [
      lister.zones.has('GONE-01'),
      lister.zones.get('STAYS-01')?.viewers,
      camera.heard('zone:changed').at(-1)?.zone.viewers,
    ];
    await expect.poll(seen, { timeout: 5000 }).toEqual([true, 2, 2]);
    e.process.kill('SIGKILL');
    await expect.poll(seen, { timeout: leaseTime + 5000 }).toEqual([false, 1, 1]);
    await expect.poll(() => lister.unknown, { timeout: leaseTime + 5000 }).toEqual([]);
  });

  test('lists go on while Redis is gone', async () => {
    const camera = await film(a, 'ALONE-01');
    const lister = await list(b, 'ALONE-*');
    await expect.poll(() => lister.zones.size, within).toBe(1);
    // Whether a node that was killed before has died could not be known while Redis is gone.
    await expect.poll(() => lister.unknown, { timeout: leaseTime + 5000 }).toEqual([]);
    await cluster.redis.kill();
    try {
      const viewer = await watch(a, 'ALONE-01');
      await expect.poll(() => lister.zones.get('ALONE-01')?.viewers, within).toBe(1);
      viewer.close();
      await camera.request('leave', {});
      await expect.poll(() => lister.zones.size, within).toBe(0);
      expect(lister.unknown).toEqual([]);
    } finally {
      await cluster.redis.start();
    }
  });
});
