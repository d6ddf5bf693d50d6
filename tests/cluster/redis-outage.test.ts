/** Redis is gone for a while, and has forgotten all: what flows goes on, and nobody takes what is another one's. */
import { afterAll, beforeAll, describe } from 'vitest';
import { TestCluster } from '../support/cluster.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { testWith } from '../support/prerequisites.ts';
import { sitOutRedis } from '../support/redis-outage.ts';
import type { RunningServer } from '../support/server.ts';

const test = testWith(['redis-server']);

describe.skipIf(!postgresPrograms)('nodes whose Redis is out', () => {
  let cluster: TestCluster;
  let a: RunningServer;
  let b: RunningServer;

  beforeAll(async () => {
    cluster = await TestCluster.start();
    [a, b] = await Promise.all([cluster.startNode('a'), cluster.startNode('b')]);
  });
  afterAll(async () => cluster?.stop());

  // One that hangs: tests/long.
  test('while it is killed, and comes back empty, pictures go on and more can be watched; then all is as it was', () =>
    sitOutRedis(cluster, [a, b], 'killed'));
});
