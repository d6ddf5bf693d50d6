/** What cameras and viewers tell of the time that pictures take, and who hears of it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client, rtpCapabilities, tile } from '../support/client.ts';
import { metricValue } from '../support/metrics.ts';
import { startServer, type RunningServer } from '../support/server.ts';

let server: RunningServer;
const clients: Client[] = [];
const timing = { encode: 6, pacing: 2, roundTrip: 4 };
const viewer = { roundTrip: 2, jitterBuffer: 15, decode: 3 };

beforeAll(async () => {
  server = await startServer({ TLS_ENABLED: 'false' });
});
afterAll(async () => {
  for (const client of clients) client.close();
  await server?.stop();
});

async function connect(): Promise<Client> {
  const client = new Client(server.url);
  clients.push(client);
  await client.connected();
  return client;
}

async function filming(zone: string): Promise<Client> {
  const camera = await connect();
  await camera.request('claim', { zone, label: 'test' });
  return camera;
}

async function watching(zone: string): Promise<Client> {
  const operator = await connect();
  await operator.request('watch', { tiles: [tile(zone)], rtpCapabilities });
  return operator;
}

test('a viewer hears what the camera and the server measure, and the sum is counted', async () => {
  const zone = 'TIMED-01';
  const camera = await filming(zone);
  const operator = await watching(zone);
  const before = await operator.request('latency', { zones: [{ zone, viewer }] });
  expect(before.zones).toMatchObject([{ zone, camera: null }]);
  await camera.request('camera:timing', timing);
  await expect
    .poll(async () => (await operator.request('latency', { zones: [{ zone, viewer }] })).zones)
    .toMatchObject([{ zone, camera: timing, server: expect.any(Number) as number }]);
  // However often it is said, it counts once a second.
  for (let n = 0; n < 20; n += 1) await operator.request('latency', { zones: [{ zone, viewer }] });
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  const count = metricValue(metrics, 'surveillance_picture_latency_seconds_count');
  expect(count).toBeGreaterThanOrEqual(1);
  expect(count).toBeLessThanOrEqual(3);
});

test('of a zone that is not watched nothing is told', async () => {
  const camera = await filming('TIMED-02');
  await camera.request('camera:timing', timing);
  const operator = await watching('TIMED-03');
  const answer = await operator.request('latency', { zones: [{ zone: 'TIMED-02', viewer }] });
  expect(answer.zones).toEqual([]);
});

test('only a camera tells a camera’s part, and nobody what cannot be', async () => {
  const operator = await watching('TIMED-04');
  const code = async (event: string, payload: unknown) =>
    (await operator.ask(event, payload)).error?.code;
  expect(await code('camera:timing', timing)).toBe('not-joined');
  expect(await code('camera:timing', { ...timing, encode: -1 })).toBe('invalid-request');
  expect(await code('camera:timing', { ...timing, pacing: 1e9 })).toBe('invalid-request');
  const zones = Array.from({ length: 65 }, (_, n) => ({ zone: `TIMED-${n}`, viewer }));
  expect(await code('latency', { zones })).toBe('invalid-request');
  expect(await code('latency', { zones: [{ zone: 'TIMED-04', viewer: { decode: 'x' } }] })).toBe(
    'invalid-request',
  );
});
