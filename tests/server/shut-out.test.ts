/** A camera whose packets end media workers all the same: it is named, and shut out the second time. */
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { AuditPage } from '../../server/contract/audit.ts';
import { Client } from '../support/client.ts';
import { FuzzedCamera, plans } from '../support/fuzz/cameras.ts';
import { Chance } from '../support/fuzz/random.ts';
import { metricValue } from '../support/metrics.ts';
import { threeLayerClip } from '../support/peers/clip.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { LightWatcher } from '../support/peers/watcher.ts';
import { preload } from '../support/preload.ts';
import { testWith } from '../support/prerequisites.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { setUp, type Visitor } from '../support/visitor.ts';

const test = testWith(['gcc']);
let server: RunningServer;
let ada: Visitor;
let remove = (): void => {};
let open: { close(): void }[] = [];
const opened = <T extends { close(): void }>(one: T): T => {
  open.push(one);
  return one;
};

beforeAll(async () => {
  const deadly = preload('deadly');
  remove = deadly.remove;
  server = await startServer(
    { TLS_ENABLED: 'false', ACCESS_MODE: 'accounts' },
    { variables: { LD_PRELOAD: deadly.path } },
  );
  ada = await setUp(server);
});
afterEach(() => {
  for (const one of open) one.close();
  open = [];
});
afterAll(async () => {
  await server?.stop();
  remove();
});

/** A key frame of VP8 with the words at which the worker ends. */
function deadlyPacket(sequence: number): Buffer {
  const packet = Buffer.alloc(120);
  packet.writeUInt32BE((0x80600000 | sequence) >>> 0, 0);
  packet.writeUInt32BE(4242, 8);
  packet.writeUInt8(0x10, 12);
  packet.write('end this worker!', 30);
  return packet;
}

const deaths = (): unknown[] =>
  server.log.filter(({ msg }) => msg === 'a media worker ended at this packet');

async function headersOf(role: 'camera', zones: string): Promise<Record<string, string>> {
  const { secret } = await ada.addKey(role, zones);
  return { authorization: `Bearer ${secret}` };
}

async function endWorker(zone: string, headers: Record<string, string>, number: number) {
  const plan = plans['VP8-SIMPLE'];
  if (!plan) throw new Error('there is no such plan');
  const camera = opened(
    await FuzzedCamera.start(server.url, zone, plan, new Chance(number), headers),
  );
  await expect.poll(() => camera.send(deadlyPacket(number))).toBe(true);
  await expect.poll(deaths, { timeout: 5000 }).toHaveLength(number);
  camera.close();
}

test('who ended a worker is in the log; the second time it is shut out, with any socket and zone', async () => {
  const bad = await headersOf('camera', 'BAD-*');
  const good = await headersOf('camera', 'GOOD-*');
  await endWorker('BAD-CAM-1', bad, 1);
  expect(deaths()[0]).toMatchObject({
    ...{ role: 'camera', zone: 'BAD-CAM-1', address: expect.stringContaining('127.0.0.1') },
    ...{ account: expect.any(String), peer: expect.any(String) },
    packet: expect.stringContaining(Buffer.from('end this worker!').toString('hex')),
  });
  await endWorker('BAD-CAM-2', bad, 2);
  await expect
    .poll(() => server.log.filter(({ msg }) => msg === 'camera shut out'))
    .toHaveLength(1);

  const again = opened(new Client(server.url, undefined, { extraHeaders: bad }));
  const refusal = await again.ask('claim', { zone: 'BAD-CAM-3', label: '' });
  expect(refusal).toMatchObject({
    ok: false,
    error: { code: 'shut-out', message: expect.stringMatching(/ended 2 media workers.*minutes/) },
  });
  const metrics = await (
    await fetch(`${server.url}/metrics`, { headers: { host: new URL(server.url).host } })
  ).text();
  expect(metricValue(metrics, 'surveillance_cameras_shut_out_total')).toBe(1);
  expect(metricValue(metrics, 'surveillance_worker_deaths_by_packet_total')).toBe(2);
  const { records } = await ada.request<AuditPage>('GET', '/api/audit?kind=filming');
  expect(records.find(({ action }) => action === 'shut-out')).toMatchObject({ zone: 'BAD-CAM-2' });

  // Others are not held for it.
  opened(await LightPublisher.start(server.url, 'GOOD-CAM-1', threeLayerClip(), good));
  const watcher = opened(new LightWatcher(server.url, { headers: ada.headers }));
  await watcher.watch('GOOD-CAM-1');
  await expect.poll(() => watcher.received().packets, { timeout: 10_000 }).toBeGreaterThan(20);
});
