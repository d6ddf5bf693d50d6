/** How much a camera may send: what really comes is measured, and whoever sends more is cut off. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Key, ManagedZone } from '../../server/contract/api.ts';
import type { AuditPage } from '../../server/contract/audit.ts';
import { Client } from '../support/client.ts';
import { metricValue } from '../support/metrics.ts';
import { syntheticClip, type Clip } from '../support/peers/clip.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { LightWatcher } from '../support/peers/watcher.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { setUp, type Visitor } from '../support/visitor.ts';

const clipOf = (bitrate: number): Clip => syntheticClip([{ width: 1280, height: 720, bitrate }]);
const [modest, flood] = [clipOf(1_500_000), clipOf(30_000_000)];

let server: RunningServer;
let ada: Visitor;
const peers: { close(): void }[] = [];
beforeAll(async () => {
  server = await startServer({ TLS_ENABLED: 'false', ACCESS_MODE: 'accounts' });
  ada = await setUp(server);
});
afterEach(() => {
  for (const peer of peers.splice(0)) peer.close();
});
afterAll(async () => {
  await server?.stop();
});

async function keyFor(zones: string, maxBitrate?: number): Promise<Record<string, string>> {
  const { secret } = await ada.request<{ secret: string }>('POST', '/api/keys', {
    name: `camera of ${zones}`,
    role: 'camera',
    zones,
    ...(maxBitrate === undefined ? {} : { maxBitrate }),
  });
  return { authorization: `Bearer ${secret}` };
}

async function film(zone: string, clip: Clip, headers?: Record<string, string>) {
  const camera = await LightPublisher.start(
    server.url,
    zone,
    clip,
    headers ?? (await keyFor(zone)),
  );
  peers.push(camera);
  return camera;
}

async function watch(zone: string): Promise<LightWatcher> {
  const watcher = new LightWatcher(server.url, { headers: ada.headers });
  peers.push(watcher);
  await watcher.watch(zone);
  await watcher.connected();
  return watcher;
}

const endOf = (camera: LightPublisher) => camera.client.heard('session:ended');

test('a camera that sends 30 Mbit/s where 8 are allowed is cut off in words, and honest ones go on', async () => {
  const honest = await film('HONEST-01', modest);
  const [first, second] = [await watch('HONEST-01'), await watch('FLOOD-01')];
  const headers = await keyFor('FLOOD-01');
  const begun = performance.now();
  const camera = await film('FLOOD-01', flood, headers);
  await expect
    .poll(() => endOf(camera), { timeout: 4000, interval: 20 })
    .toEqual([
      {
        code: 'bit-rate-exceeded',
        message: expect.stringMatching(
          /^This camera sends [\d.]+ Mbit\/s, and 8\.0 Mbit\/s are allowed in FLOOD-01\. Lower/,
        ),
      },
    ]);
  expect(performance.now() - begun).toBeLessThan(3000);
  // Nothing of it goes on to viewers, though it goes on sending.
  const { bytes } = second.received();
  expect(bytes).toBeLessThan(5_000_000);
  await expect.poll(() => second.rests(500), { timeout: 3000 }).toBe(true);

  const again = new Client(server.url, undefined, { extraHeaders: headers });
  peers.push(again);
  const claimed = await again.ask('claim', { zone: 'FLOOD-01', label: '' });
  expect(claimed.error?.code).toBe('bit-rate-exceeded');
  expect(claimed.error?.message).toMatch(/let in again in \d+ s/);

  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  const counted = 'surveillance_denied_requests_total{code="bit-rate-exceeded"}';
  expect(metricValue(metrics, counted)).toBe(2);
  const said = server.log.filter(({ msg }) => msg === 'a camera sends more than it may');
  expect(said).toMatchObject([{ zone: 'FLOOD-01', most: 8_000_000 }]);
  const { records } = await ada.request<AuditPage>('GET', '/api/audit?zone=FLOOD-01&kind=filming');
  const cut = records.find((record) => record.action === 'cut-off');
  expect(cut).toMatchObject({ zone: 'FLOOD-01', detail: { most: 8_000_000 } });

  const before = first.received().packets;
  await expect.poll(() => first.received().packets).toBeGreaterThan(before + 20);
  expect(endOf(honest)).toEqual([]);
});

test('a key holds a limit of its own, higher or lower', async () => {
  const cautious = await film('LOW-01', modest, await keyFor('LOW-01', 500_000));
  const generous = await film('HIGH-01', clipOf(12_000_000), await keyFor('HIGH-01', 20_000_000));
  await watch('LOW-01');
  const watcher = await watch('HIGH-01');
  await expect.poll(() => endOf(cautious).length, { timeout: 5000 }).toBe(1);
  await expect.poll(() => watcher.received().bytes, { timeout: 8000 }).toBeGreaterThan(4_000_000);
  expect(endOf(generous)).toEqual([]);
  const keys = await ada.request<Key[]>('GET', '/api/keys');
  expect(keys.find(({ zones }) => zones === 'LOW-01')?.maxBitrate).toBe(500_000);
  for (const maxBitrate of [0, -1, 1.5, 2e9, '1000000']) {
    const key = { name: 'odd', role: 'camera', zones: 'ODD-01', maxBitrate };
    expect((await ada.ask('POST', '/api/keys', key)).code).toBe('invalid-request');
  }
});

test('a zone holds a limit of its own, which takes hold of a camera that sends already', async () => {
  const camera = await film('CHANGED-01', modest);
  await watch('CHANGED-01');
  const change = (maxBitrate: number | null) =>
    ada.request<ManagedZone>('PUT', '/api/zones/CHANGED-01', { maxBitrate });
  expect((await change(400_000)).maxBitrate).toBe(400_000);
  // It is given a moment to come down, which this one does not.
  await new Promise((resolve) => setTimeout(resolve, 3000));
  expect(endOf(camera)).toEqual([]);
  await expect.poll(() => endOf(camera).length, { timeout: 6000 }).toBe(1);
  const { records } = await ada.request<AuditPage>('GET', '/api/audit?zone=CHANGED-01&kind=change');
  expect(records).toMatchObject([{ action: 'limit-changed', detail: { maxBitrate: 400_000 } }]);
  expect((await change(null)).maxBitrate).toBeUndefined();
});

test('limits last over a restart, and cameras are told theirs', async () => {
  await ada.request('PUT', '/api/zones/LASTING-01', { maxBitrate: 700_000 });
  const headers = await keyFor('LASTING-*', 900_000);
  await server.restart();
  for (const [zone, most] of [
    ['LASTING-01', 700_000],
    ['LASTING-02', 900_000],
  ] as const) {
    const camera = new Client(server.url, undefined, { extraHeaders: headers });
    peers.push(camera);
    expect((await camera.request('claim', { zone, label: '' })).maxBitrate).toBe(most);
  }
});
