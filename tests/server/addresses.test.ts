/** What a server that listens everywhere tells clients of where it is. */
import { networkInterfaces } from 'node:os';
import { afterEach, expect, test } from 'vitest';
import { Client, rtpCapabilities, tile, transportOf } from '../support/client.ts';
import { startServer, type RunningServer } from '../support/server.ts';

let server: RunningServer | undefined;
afterEach(() => server?.stop());

async function start(listen: string): Promise<void> {
  server = await startServer({ MEDIA_LISTEN: listen, MEDIA_WORKERS: '1' });
}

/** The addresses that a client is told, in their order. */
async function told(headers: Record<string, string> = {}): Promise<string[]> {
  const client = new Client(server?.url ?? '', undefined, { extraHeaders: headers });
  const answer = await client.request('watch', { tiles: [tile('WHERE-01')], rtpCapabilities });
  client.close();
  const { iceCandidates } = transportOf(answer);
  return [...new Set(iceCandidates.map(({ address }) => address))];
}

const proxied = { 'x-forwarded-for': '203.0.113.9' };
const others = Object.values(networkInterfaces())
  .flatMap((entries) => entries ?? [])
  .filter(({ internal }) => !internal);

test('listening everywhere, a client is told first where it came by, and one behind a proxy no loopback', async () => {
  await start('');
  const direct = await told();
  expect(direct[0]).toBe('127.0.0.1');
  expect(direct.filter((address) => ['0.0.0.0', '::'].includes(address))).toEqual([]);
  const behind = await told(proxied);
  expect(behind.length).toBeGreaterThan(0);
  expect(behind.includes('127.0.0.1')).toBe(others.length === 0);
});

test('listening on 0.0.0.0, a client is told IPv4 addresses that there are', async () => {
  await start('0.0.0.0');
  const addresses = await told();
  expect(addresses[0]).toBe('127.0.0.1');
  expect(addresses.filter((address) => address === '0.0.0.0' || address.includes(':'))).toEqual([]);
});

test('an address that the settings name is told whatever it is', async () => {
  await start('127.0.0.1=203.0.113.5');
  expect(await told()).toEqual(['203.0.113.5']);
});
