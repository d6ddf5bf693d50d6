/** SIGUSR2: the server gives up its port and its clients, and ends when they have moved. */
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { Client, rtpCapabilities, tile } from '../support/client.ts';
import { startServer, type RunningServer } from '../support/server.ts';

let server: RunningServer | undefined;
const clients: Client[] = [];
const connect = (url: string): Client => {
  const client = new Client(url);
  clients.push(client);
  return client;
};
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await server?.stop();
});

test('clients are told, cameras first, and it ends with 0 once they have left', async () => {
  server = await startServer({ TLS_ENABLED: 'false', SESSION_GRACE: '200' });
  const [camera, viewer, idle] = [1, 2, 3].map(() => connect(server?.url ?? ''));
  if (!camera || !viewer || !idle) throw new Error('three clients are needed');
  const claimed = await camera.ask('claim', { zone: 'DRAIN-01', label: '' });
  expect(claimed.ok).toBe(true);
  await viewer.ask('watch', { tiles: [tile('DRAIN-01')], rtpCapabilities });
  expect((await idle.ask('leave', {})).ok).toBe(true);
  const exit = once(server.process, 'exit');
  server.process.kill('SIGUSR2');
  await expect.poll(() => camera.heard('server:draining')).toHaveLength(1);
  expect(viewer.heard('server:draining')).toHaveLength(0);
  await expect.poll(() => viewer.heard('server:draining')).toHaveLength(1);
  // What is there goes on; nothing new begins, and the port is free for the next server.
  expect(await viewer.ask('watch', { tiles: [tile('DRAIN-02')], rtpCapabilities })).toMatchObject({
    ok: true,
  });
  const refused = await idle.ask('watch', { tiles: [tile('DRAIN-01')], rtpCapabilities });
  expect(refused.error?.code).toBe('unavailable');
  await expect(fetch(`${server.url}/readyz`)).rejects.toThrow();
  camera.close();
  viewer.close();
  expect(await exit).toEqual([0, null]);
});

test('a client that does not move cannot hold it up for longer than session.drain', async () => {
  server = await startServer({ TLS_ENABLED: 'false', SESSION_DRAIN: '1000' });
  const viewer = connect(server.url);
  await viewer.ask('watch', { tiles: [tile('STAYS-01')], rtpCapabilities });
  const exit = once(server.process, 'exit');
  server.process.kill('SIGUSR2');
  expect(await exit).toEqual([0, null]);
  expect(viewer.heard('server:stopping')).toHaveLength(1);
});
