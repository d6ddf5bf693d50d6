/** WHIP: an encoder's offer becomes the camera of a zone, under the same grants, audit and privacy as any other. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { AuditPage } from '../../server/contract/audit.ts';
import { LightWatcher } from '../support/peers/watcher.ts';
import { WhipEncoder, type EncoderOptions } from '../support/peers/whip-encoder.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { bearer } from '../support/site.ts';
import { setUp, type Visitor } from '../support/visitor.ts';

let server: RunningServer;
let ada: Visitor;
let key: Record<string, string>;
const peers: { close(): void }[] = [];
beforeAll(async () => {
  server = await startServer({
    ...{ TLS_ENABLED: 'false', ACCESS_MODE: 'accounts' },
    HTTP_ALLOWED_ORIGINS: 'https://studio.example',
    TURN_URLS: 'turn:turn.example:3478?transport=udp',
    TURN_SECRET: 'a secret of sixteen and more',
    CAMERA_WARM_UP: '100',
    CAMERA_LINGER: '100',
  });
  ada = await setUp(server);
  key = bearer((await ada.addKey('camera', 'WHIP-*')).secret);
});
afterEach(() => {
  for (const peer of peers.splice(0)) peer.close();
});
afterAll(async () => {
  await server?.stop();
});

async function film(zone: string, options: EncoderOptions = {}): Promise<WhipEncoder> {
  const encoder = await WhipEncoder.film(server.url, zone, { headers: key, ...options });
  peers.push(encoder);
  return encoder;
}

async function watch(zone: string): Promise<LightWatcher> {
  const watcher = new LightWatcher(server.url, { headers: ada.headers });
  peers.push(watcher);
  await watcher.watch(zone);
  await watcher.connected();
  return watcher;
}

test('an encoder films a zone, is watched, and ends by DELETE', async () => {
  const encoder = await film('WHIP-01');
  expect(encoder.location).toMatch(/^\/whip\/WHIP-01\/[\w-]{32}$/);
  const watcher = await watch('WHIP-01');
  await expect.poll(() => watcher.received().packets, { timeout: 5000 }).toBeGreaterThan(20);
  expect((await encoder.delete()).status).toBe(200);
  expect((await encoder.delete()).status).toBe(404);
  await expect.poll(() => encoder.state).not.toBe('connected');
  const kept = '/api/audit?zone=WHIP-01&kind=filming';
  const actions = async () =>
    (await ada.request<AuditPage>('GET', kept)).records.map(({ action }) => action);
  await expect.poll(actions).toEqual(['ended', 'began']);
});
