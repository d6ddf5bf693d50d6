/** A thousand sockets on a node that dies: all are back on the others within 20 s, spread over them; and one that hangs. */
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { balancers } from '../support/balancers.ts';
import { Client } from '../support/client.ts';
import { killUnderCrowd, roomFor } from '../support/crowd.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { testWith } from '../support/prerequisites.ts';
import { ThreeNodes } from '../support/three-nodes.ts';

const test = testWith(['redis-server', 'nginx', 'haproxy']);
const count = 1000;

describe.skipIf(!postgresPrograms)('a node with a thousand sockets', () => {
  let three: ThreeNodes;
  beforeAll(async () => {
    three = await ThreeNodes.behind(Object.keys(balancers), roomFor(count));
  });
  afterAll(async () => three?.stop());

  test.each(Object.keys(balancers))('%s: all are back within 20 s, and spread', async (kind) => {
    const { time, sessions } = await killUnderCrowd(three, kind, { count, node: 'west' }).finally(
      () => three.start('west'),
    );
    console.log(
      `${count} sockets back after ${time.toFixed(0)} ms: ${[...sessions.values()].join(', ')}`,
    );
    expect(time).toBeLessThan(20_000);
    expect(sessions.size).toBe(2);
    for (const [node, held] of sessions) {
      expect(held, node).toBeGreaterThan(0.4 * count);
      expect(held, node).toBeLessThan(0.6 * count);
    }
  });

  test('nginx learns within 15 s that a node hangs, from requests that it does not answer', async () => {
    const opens = async (): Promise<boolean> => {
      const client = new Client(three.front('nginx').url, undefined, { timeout: 1000 });
      try {
        return await client.connected().then(
          () => true,
          () => false,
        );
      } finally {
        client.close();
      }
    };
    const six = (): Promise<boolean[]> => Promise.all(Array.from({ length: 6 }, opens));
    three.node('north').process.kill('SIGSTOP');
    try {
      expect(await six()).toContain(false);
      await expect.poll(six, { timeout: 15_000 }).not.toContain(false);
    } finally {
      three.node('north').process.kill('SIGCONT');
    }
  });
});
