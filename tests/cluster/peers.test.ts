/** Questions to all other nodes: who does not answer is named, and keeps nobody waiting. */
import { createServer, type Server } from 'node:net';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { NodeRecord } from '../../server/cluster/directory/nodes.ts';
import { Peers } from '../../server/cluster/wire/peers.ts';
import { freePort } from '../support/server.ts';

const log = pino({ level: 'silent' });
const lease = 600;
const known = new Map<string, NodeRecord>();
const nodes = { known, look: async () => {} };
const peers: Peers[] = [];
let mute: Server;

async function begin(name: string): Promise<Peers> {
  const self = { node: name, boot: `run-of-${name}`, version: '1' };
  const port = await freePort();
  const secret = 'known to the nodes of this test alone';
  const node = new Peers({ self, nodes, secret, lease, log });
  await node.listen(port);
  known.set(name, record(name, port));
  peers.push(node);
  return node;
}

const record = (name: string, port: number): NodeRecord => ({
  ...{ name, boot: `run-of-${name}`, address: { host: '127.0.0.1', port }, version: '1' },
  ...{ load: 0, zones: 0, sessions: 0, draining: false },
});

beforeAll(async () => {
  const [, b, c, d] = [await begin('a'), await begin('b'), await begin('c'), await begin('d')];
  b.answer('weather', async () => 'rain');
  c.answer('weather', () => new Promise(() => {}));
  d.answer('weather', async () => ({ of: 'a later version' }));
  // It takes connections, and says nothing.
  mute = createServer();
  const port = await freePort();
  await new Promise<void>((resolve) => mute.listen(port, '127.0.0.1', resolve));
  known.set('mute', record('mute', port));
  known.set('gone', record('gone', await freePort()));
});
afterAll(() => {
  for (const node of peers) node.close();
  mute.close();
});

test('a question to all brings what is known in time, and who is missing', async () => {
  const begun = performance.now();
  const { given, missing } = await peers[0]!.askAll('weather', {}, z.string(), 300);
  expect([...given]).toEqual([['b', 'rain']]);
  expect([...missing].sort()).toEqual(['c', 'd', 'gone', 'mute']);
  expect(performance.now() - begun).toBeLessThan(2000);
});

test('a node is not asked by itself, and one of another run is not taken for it', async () => {
  const [a] = peers;
  expect(a!.others.map(({ node }) => node).sort()).toEqual(['b', 'c', 'd', 'gone', 'mute']);
  await expect(a!.ask({ node: 'b', boot: 'another' }, 'weather', {})).rejects.toMatchObject({
    code: 'unavailable',
  });
});
