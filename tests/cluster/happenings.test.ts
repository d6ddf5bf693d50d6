/** What happens at one node is told, answered and over at every other: real servers, Redis and PostgreSQL. */
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import type { Happening } from '../../server/contract/happening.ts';
import type { Client } from '../support/client.ts';
import { TestCluster } from '../support/cluster.ts';
import { People } from '../support/people.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { testWith } from '../support/prerequisites.ts';
import type { RunningServer } from '../support/server.ts';
import { Visitor } from '../support/visitor.ts';

const test = testWith(['redis-server']);
/** A loss is told after 3 s, and the nodes ask each other first. */
const soon = { timeout: 10_000 };

/** What somebody at a node knows of what happened, as a page keeps it. */
class Follower {
  readonly #client: Client;
  readonly #first: Happening[];

  private constructor(client: Client, first: Happening[]) {
    this.#client = client;
    this.#first = first;
  }

  static async at(client: Client): Promise<Follower> {
    const { happenings } = await client.request('happenings:follow', {});
    return new Follower(client, happenings);
  }

  /** Those of a zone, as they are by now. */
  of(zone: string): Happening[] {
    const told = this.#client.heard('happenings:changed').flatMap(({ happenings }) => happenings);
    const all = new Map([...this.#first, ...told].map((one) => [one.id, one]));
    return [...all.values()].filter(({ zones }) => zones.some((one) => one.zone === zone));
  }
}

describe.skipIf(!postgresPrograms)('what happens in a cluster', () => {
  let cluster: TestCluster;
  let north: RunningServer;
  let south: RunningServer;
  const people = new People();
  const follow = async (node: RunningServer): Promise<Follower> =>
    Follower.at(await people.client(node));

  beforeAll(async () => {
    cluster = await TestCluster.start();
    [north, south] = await Promise.all([cluster.startNode('north'), cluster.startNode('south')]);
  });
  afterEach(() => people.close());
  afterAll(() => cluster?.stop());

  test('a camera that is lost at one node is told at the other, once, and answered by whoever sees it there', async () => {
    const zone = 'LOST-01';
    const [here, there] = [await follow(north), await follow(south)];
    (await people.film(north, zone)).close();
    await expect.poll(() => there.of(zone), soon).toMatchObject([{ kind: 'zones-lost' }]);
    await expect.poll(() => here.of(zone), soon).toEqual(there.of(zone));

    const { id = '' } = there.of(zone)[0] ?? {};
    const operator = new Visitor(south.url);
    await operator.request('POST', '/api/v1/happenings/acknowledged', { ids: [id] });
    await operator.request('PUT', `/api/v1/happenings/${id}/note`, { note: 'Power is off' });
    const answered = {
      id,
      acknowledged: { by: 'open access' },
      note: { text: 'Power is off', by: 'open access' },
    };
    await expect.poll(() => here.of(zone), soon).toMatchObject([answered]);

    // It comes back where it never was, which is the end of it for both.
    await people.film(south, zone);
    await expect.poll(() => here.of(zone)[0]?.ended, soon).toBeDefined();
    // And whoever asks later is told the same.
    expect((await follow(north)).of(zone)).toEqual(here.of(zone));
  });

  test('a camera that goes over to another node is not lost', async () => {
    const zone = 'MOVED-01';
    const here = await follow(north);
    (await people.film(north, zone)).close();
    await people.film(south, zone);
    (await people.film(north, 'LOST-02')).close(); // It is told after what was before.
    await expect.poll(() => here.of('LOST-02').length, soon).toBe(1);
    expect(here.of(zone)).toEqual([]);
  });

  test('a bookmark is seen at every node', async () => {
    const zone = 'MARKED-01';
    await people.film(north, zone);
    const here = await follow(north);
    const operator = new Visitor(south.url);
    const mark = () =>
      operator.ask('POST', '/api/v1/happenings/bookmarks', { zone, ago: 500, note: 'red car' });
    // The other node hears of the zone in a moment.
    await expect.poll(async () => (await mark()).status, soon).toBeLessThan(300);
    await expect
      .poll(() => here.of(zone), soon)
      .toMatchObject([{ kind: 'bookmark', note: { text: 'red car' } }]);
  });
});
