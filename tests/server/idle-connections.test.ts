/** TCP connections to the media port that are of no use are not kept, and those of clients are. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client, transportOf } from '../support/client.ts';
import { freePort, startServer, type RunningServer } from '../support/server.ts';
import { bindingRequest, framed } from '../support/stun.ts';

let server: RunningServer;
let port: number;
beforeAll(async () => {
  port = await freePort(2);
  server = await startServer({ TLS_ENABLED: 'false', MEDIA_PORT: `${port}` });
});
afterAll(async () => {
  await server?.stop();
});

async function dial(): Promise<{ socket: Socket; closed: () => boolean }> {
  const socket = connect(port, '127.0.0.1');
  let closed = false;
  socket.on('error', () => {}); // It may be closed before we have looked.
  socket.on('close', () => (closed = true));
  socket.resume();
  await once(socket, 'connect');
  return { socket, closed: () => closed };
}

test('of 300 that say nothing useful only some may wait, and none for long; a client stays', async () => {
  const client = new Client(server.url);
  const claimed = await client.request('claim', { zone: 'TCP-CAM-1', label: '' });
  const { iceParameters } = transportOf(claimed);
  const own = await dial();
  const answer = once(own.socket, 'data');
  own.socket.write(framed(bindingRequest(iceParameters)));
  await answer;

  const dials = await Promise.all(Array.from({ length: 300 }, dial));
  const open = (): number => dials.filter(({ closed }) => !closed()).length;
  await expect.poll(open).toBeLessThanOrEqual(256);
  expect(open()).toBeGreaterThan(200);
  // Some say a little now and then, in the hope to be kept.
  const talk = setInterval(() => {
    for (const { socket } of dials.slice(0, 100)) if (socket.writable) socket.write('\0');
  }, 1000);
  try {
    await expect.poll(open, { timeout: 14_000 }).toBe(0);
  } finally {
    clearInterval(talk);
  }
  expect(own.closed()).toBe(false);
  expect((await dial()).closed()).toBe(false);
  own.socket.destroy();
  client.close();
});

test('a frame longer than any packet ends its connection at once', async () => {
  const { socket, closed } = await dial();
  socket.write(Buffer.from([0xff, 0xff, 0, 0]));
  await expect.poll(closed, { timeout: 2000 }).toBe(true);
});
