/** The page's own socket against a server that sends it to other nodes: what it asks for, and when it stays. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RequestFault } from '../../server/contract/errors.ts';
import { Signaling } from '../../web/lib/session/signaling.ts';

let io: Server;
let signaling: Signaling;
/** The node that each socket asked for. */
let asked: unknown[];
let last: Socket | undefined;
/** What `leave` is answered with. */
let refusal: RequestFault | undefined;

beforeEach(async () => {
  const http = createServer();
  asked = [];
  refusal = undefined;
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  io = new Server(http);
  io.on('connection', (socket) => {
    asked.push(socket.handshake.query.node);
    last = socket;
    socket.on('leave', (_request, ack: (answer: object) => void) =>
      ack(refusal ? { ok: false, error: refusal } : { ok: true }),
    );
  });
  const host = `127.0.0.1:${(http.address() as AddressInfo).port}`;
  vi.stubGlobal('location', {
    protocol: 'http:',
    host,
    hostname: '127.0.0.1',
    port: host.split(':')[1],
  });
  signaling = new Signaling(Promise.resolve('x'.repeat(32)));
  signaling.socket.connect();
  await expect.poll(() => asked).toEqual([undefined]);
});
afterEach(async () => {
  signaling.socket.disconnect();
  await io.close();
  vi.unstubAllGlobals();
});

const refusedTo = async (node: string): Promise<void> => {
  await expect.poll(() => signaling.socket.connected).toBe(true);
  refusal = { code: 'unavailable', message: 'This node is full.', node };
  await expect(signaling.request('leave', {})).rejects.toMatchObject(refusal);
};

test('a refusal that names a node: the next socket asks for it; two that are full send nobody round', async () => {
  await refusedTo('south');
  await expect.poll(() => asked).toEqual([undefined, 'south']);
  await refusedTo('north');
  await expect.poll(() => asked).toEqual([undefined, 'south', 'north']);
  for (const node of ['south', 'north', 'south']) await refusedTo(node);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(asked).toHaveLength(3);
  expect(signaling.socket.connected).toBe(true);
});

test('a node that drains is left for the one that it names; a socket that is cut then asks for none', async () => {
  last?.emit('server:draining', { node: 'west' });
  await expect.poll(() => asked).toEqual([undefined, 'west']);
  last?.conn.close();
  await expect.poll(() => asked).toEqual([undefined, 'west', undefined]);
});

test('a socket that is refused at once goes to the node that the refusal names', async () => {
  const fault = { code: 'unavailable', message: 'This node is full.', node: 'east' };
  io.use((socket, next) => {
    if (socket.handshake.query.node === 'east') return next();
    next(Object.assign(new Error(`${fault.code}: ${fault.message}`), { data: fault }));
  });
  last?.conn.close();
  await expect.poll(() => signaling.goesElsewhere).toBe(true);
  signaling.socket.connect();
  await expect.poll(() => asked).toEqual([undefined, 'east']);
});

test('a name that is none changes nothing', async () => {
  for (const node of ['', 'a b', '../x', 'x'.repeat(65)]) await refusedTo(node);
  last?.emit('server:draining', { node: 7 });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(asked).toEqual([undefined]);
});
