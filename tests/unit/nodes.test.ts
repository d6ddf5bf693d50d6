/** To which node somebody is sent, by what the nodes say of themselves. */
import { expect, test } from 'vitest';
import { Nodes, type NodeRecord } from '../../server/cluster/directory/nodes.ts';
import { errorCodes, RefusedError, RequestFault } from '../../server/contract/errors.ts';

const record = (name: string, more: Partial<NodeRecord> = {}): NodeRecord => ({
  ...{ name, boot: `run-of-${name}`, address: { host: '127.0.0.1', port: 5001 }, version: '1' },
  ...{ load: 0, zones: 0, sessions: 0, draining: false, ...more },
});

/** As node `a` sees them. */
async function seen(...records: object[]): Promise<Nodes> {
  const told = records.flatMap((one) => ['name', JSON.stringify(one)]);
  const nodes = new Nodes({
    redis: { run: async () => told },
    lease: 1000,
    describe: () => record('a'),
  });
  await nodes.look();
  return nodes;
}

const withRoom = (name: string, pressure: number, ...welcomes: string[]) =>
  record(name, { pressure, welcomes });
const timesOf = (all: (string | undefined)[], name: string): number =>
  all.filter((one) => one === name).length;

test('those who are sent away are spread over the nodes with the fewest sessions', async () => {
  const nodes = await seen(record('a'), record('b', { sessions: 2 }), record('c'));
  const sent = Array.from({ length: 6 }, () => nodes.elsewhere('a'));
  expect(sent.filter((name) => name === 'b')).toHaveLength(2);
  expect(sent.filter((name) => name === 'c')).toHaveLength(4);
});

test('those who are sent away go where there is room for everybody, and more of them where there is more', async () => {
  const everybody = ['wall', 'operator', 'supervisor', 'camera'];
  const nodes = await seen(
    ...[record('a'), withRoom('full', 1.1), withRoom('nearly', 0.88, 'supervisor', 'camera')],
    record('b', { sessions: 9, pressure: 0.2, welcomes: everybody }),
    record('c', { sessions: 9, pressure: 0.6, welcomes: everybody }),
  );
  // Twice as much room at b: it gets all until it has twice as many.
  const sent = Array.from({ length: 42 }, () => nodes.elsewhere('a'));
  expect(timesOf(sent, 'b')).toBe(31);
  expect(timesOf(sent, 'c')).toBe(11);
});

test('where all are full, whoever is sent away goes to one that takes the most, by the name of one at least', async () => {
  const nodes = await seen(
    ...[record('a'), withRoom('full', 1.2), withRoom('nearly', 0.96, 'camera')],
  );
  expect(nodes.elsewhere('a')).toBe('nearly');
  expect((await seen(record('a'), withRoom('full', 1.2))).elsewhere('a')).toBe('full');
});

test('nobody is sent to a node that drains, nor back to the same one', async () => {
  const nodes = await seen(record('a'), record('b', { draining: true }));
  expect(nodes.elsewhere('a')).toBeUndefined();
});

test('a node of the version before, which does not say whether it drains, takes sessions', async () => {
  const older = { ...record('b'), draining: undefined };
  expect((await seen(record('a'), older)).elsewhere('a')).toBe('b');
});

test('a refusal tells the node that it names, and a name that is none is no fault of the contract', () => {
  const refusal = new RefusedError('unavailable', 'This node is full.', 'north');
  expect(RequestFault.parse(refusal.fault)).toEqual({
    code: 'unavailable',
    message: 'This node is full.',
    node: 'north',
  });
  for (const node of ['', 'a b', 'a/b', 'ä', 'x'.repeat(65), 'a\r\nb']) {
    expect(RequestFault.safeParse({ code: errorCodes[0], message: '', node }).success).toBe(false);
  }
});

test('those for whom there is no room here are spread over the nodes that take them, by the room there', async () => {
  const nodes = await seen(
    ...[withRoom('a', 1), withRoom('b', 0.2, 'operator', 'camera')],
    ...[withRoom('c', 0.6, 'operator'), withRoom('d', 0.9, 'camera')],
  );
  const sent = Array.from({ length: 3000 }, () => nodes.roomFor('a', 'operator'));
  expect(timesOf(sent, 'b') + timesOf(sent, 'c')).toBe(3000);
  expect(timesOf(sent, 'b') / timesOf(sent, 'c')).toBeGreaterThan(1.5);
  expect(timesOf(sent, 'b') / timesOf(sent, 'c')).toBeLessThan(2.7);
  expect(nodes.roomFor('a', 'wall')).toBeUndefined();
  expect(nodes.roomFor('b', 'operator')).toBe('c');
});

test('a node that drains takes nobody, and one of the version before, which says nothing of it, takes all', async () => {
  const nodes = await seen(
    record('a'),
    record('b', { draining: true, pressure: 0, welcomes: ['camera'] }),
  );
  expect(nodes.roomFor('a', 'camera')).toBeUndefined();
  expect((await seen(record('a'), record('b'))).roomFor('a', 'wall')).toBe('b');
});
