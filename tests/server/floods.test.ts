/** What one client can cost: floods by the transport of the sockets, each ended at once and told once. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, rtpCapabilities, tile } from '../support/client.ts';
import { costOf } from '../support/cost.ts';
import { metricValue } from '../support/metrics.ts';
import { greeting, RawPolling, RawWebSocket } from '../support/raw-socket.ts';
import { startServer, type RunningServer } from '../support/server.ts';

/** Nobody else notices so little; a flood that is read to its end costs seconds. ms of the processor */
const noticed = 250;

let server: RunningServer;
beforeAll(async () => {
  server = await startServer({ TLS_ENABLED: 'false' });
});
afterAll(async () => {
  await server?.stop();
});

const limited = async (limit: string): Promise<number> => {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return metricValue(text, `surveillance_limited_total{limit="${limit}"}`);
};
const many = (packet: string, count = 36_000): string[] => Array<string>(count).fill(packet);

/** @returns when the server has closed it */
async function pour(socket: RawWebSocket, packets: readonly string[]): Promise<void> {
  socket.pour(packets);
  await socket.closed;
}

const floods: [string, string][] = [
  ['messages that ask for no answer', '42["x"]'],
  ['messages that ask for one', '420["watch"]'],
  ['events that do not exist', '421["no-such-event",{}]'],
  ['knocks at namespaces that do not exist', '40/nowhere,'],
  ['greetings again', greeting()],
  ['announcements of attachments that never come', '459-["x"]'],
  ['attachments that were not announced', 'bAAAA'],
  ['signs of life', '3'],
  ['answers to nothing', '431[]'],
  ['what is no packet', 'zzz'],
];

describe.each(floods)('a flood of %s', (_name, packet) => {
  test('by WebSocket ends its socket at once, and nobody else notices', async () => {
    const lines = server.log.length;
    const socket = await RawWebSocket.open(server.url);
    const cost = await costOf(server, () => pour(socket, many(packet)));
    expect(cost).toBeLessThan(noticed);
    expect(server.log.length - lines).toBeLessThan(5);
  });

  test('in one body ends its socket at once, and nobody else notices', async () => {
    const lines = server.log.length;
    const polling = await RawPolling.open(server.url);
    await polling.join();
    const body = many(packet, Math.floor(290_000 / (packet.length + 1)));
    const cost = await costOf(server, () => polling.send(body));
    expect(cost).toBeLessThan(noticed);
    expect(server.log.length - lines).toBeLessThan(5);
    expect((await polling.send(['3'])).status).toBe(400);
  });
});

test('a body of 1.44 MB of tiny messages is not even read', async () => {
  const lines = server.log.length;
  const polling = await RawPolling.open(server.url);
  await polling.join();
  const cost = await costOf(server, async () => {
    expect([0, 413]).toContain((await polling.send(many('42["x"]', 180_000))).status);
  });
  expect(cost).toBeLessThan(noticed);
  expect(server.log.length - lines).toBeLessThan(5);
});

test('floods are counted each, and logged once in a minute', async () => {
  expect(await limited('packets')).toBeGreaterThan(5);
  const told = server.log.filter(({ msg, limit }) => limit === 'packets' && msg !== undefined);
  expect(told, JSON.stringify(told)).toHaveLength(1);
  expect(told[0]).toMatchObject({ address: expect.stringContaining('127.0.0.1') as string });
});

test('before it is let in, a socket says next to nothing', async () => {
  const polling = await RawPolling.open(server.url);
  await polling.send(many('40/nowhere,', 30));
  expect((await polling.send([greeting()])).status).toBe(400);
});

test('large messages are counted by their bytes', async () => {
  const socket = await RawWebSocket.open(server.url);
  const before = await limited('bytes');
  const large = `42["view",{"tiles":"${'x'.repeat(1_200_000)}"}]`;
  const cost = await costOf(server, () => pour(socket, many(large, 200)));
  // What a socket may send in a period, 16 MB, is read: a tenth of what all of it would take.
  expect(cost).toBeLessThan(1500);
  expect(await limited('bytes')).toBe(before + 1);
});

test('whoever does not read what it asked for is cut off before it fills the memory', async () => {
  const polling = await RawPolling.open(server.url);
  await polling.join();
  const zones = Array.from({ length: 64 }, (_, index) => `${'UNREAD-'.repeat(8)}${index}`);
  const request = JSON.stringify(['watch', { tiles: zones.map(tile), rtpCapabilities }]);
  const before = await limited('backlog');
  for (let body = 0; body < 17; body += 1) await polling.send(many(`420${request}`, 15));
  await expect.poll(() => limited('backlog'), { timeout: 5000 }).toBe(before + 1);
  expect((await polling.send(['3'])).status).toBe(400);
});

test('slightly too much is refused in words, and the socket goes on', async () => {
  const client = new Client(server.url);
  const answers = await Promise.all(Array.from({ length: 310 }, () => client.ask('leave', {})));
  const refused = answers.filter(({ ok }) => !ok);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.length).toBeLessThanOrEqual(10);
  for (const { error } of refused) {
    expect(error).toMatchObject({ code: 'throttled' });
    expect(error?.message).toMatch(/^Too many messages; try again in \d+ s\.$/);
  }
  expect(client.socket.connected).toBe(true);
  client.close();
});
