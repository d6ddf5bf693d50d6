/** Nodes that do not fit together say at their start, in one sentence, what is not the same, or too little. */
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { TestCluster } from '../support/cluster.ts';
import { execute } from '../support/stores.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { testWith } from '../support/prerequisites.ts';

const test = testWith(['redis-server']);

describe.skipIf(!postgresPrograms)('a node that begins', () => {
  let cluster: TestCluster;
  let others = 0;
  const begin = (more: Record<string, string>): Promise<unknown> =>
    cluster.startNode(`other-${(others += 1)}`, more);

  beforeAll(async () => {
    cluster = await TestCluster.start();
    await cluster.startNode('north');
  });
  afterAll(async () => cluster?.stop());

  test('is refused with another secret than its fellows have', async () => {
    const settings = { CLUSTER_SECRET: 'known to this one node of the test alone' };
    await expect(begin(settings)).rejects.toThrow(
      'The setting cluster.secret is not the same here as at the node north',
    );
  });

  test('is refused with another database', async () => {
    const url = await cluster.postgres.makeDatabase();
    await expect(begin({ STORE_URL: url })).rejects.toThrow(
      'The node north uses another database than this one (the setting store.url)',
    );
  });

  test('is refused where PostgreSQL takes too few connections, and begins where it asks for fewer', async () => {
    const url = new URL(cluster.store);
    const name = url.pathname.slice(1);
    const limited = `alter database ${name} connection limit 15`;
    await execute({ url: cluster.store, folder: '' }, limited);
    await expect(begin({})).rejects.toThrow(
      'PostgreSQL takes 15 connections, and 2 nodes of 10 each (the setting store.connections) need 20',
    );
    await begin({ STORE_CONNECTIONS: '5' });
  });
});
