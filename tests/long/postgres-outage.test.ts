/** PostgreSQL gone for half a minute, killed and hung, in a cluster of two nodes. */
import { afterAll, beforeAll, describe } from 'vitest';
import { TestCluster } from '../support/cluster.ts';
import { loseDatabase, type Seat } from '../support/outage.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { testWith } from '../support/prerequisites.ts';

const test = testWith(['redis-server']);
/** ms */
const outage = 30_000;

describe.skipIf(!postgresPrograms)('PostgreSQL of a cluster', () => {
  let cluster: TestCluster;
  let seats: [Seat, ...Seat[]];

  beforeAll(async () => {
    cluster = await TestCluster.start();
    const headers = {};
    seats = [
      { node: await cluster.startNode('a'), headers },
      { node: await cluster.startNode('b'), headers },
    ];
  });
  afterAll(async () => cluster?.stop());

  test.each(['killed', 'hung'] as const)(
    'gone for 30 s, %s: pictures go on, nobody new watches without a record, and each is told why',
    async (how) => loseDatabase(cluster, seats, how, outage),
    90_000,
  );
});
