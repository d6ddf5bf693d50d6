/** What a scrape gets, from the real server with real (if silent) clients. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client, rtpCapabilities, rtpParameters, tile } from '../support/client.ts';
import { metricValue } from '../support/metrics.ts';
import { startServer, type RunningServer } from '../support/server.ts';

let server: RunningServer;
let client: Client | undefined;
beforeAll(async () => {
  server = await startServer({ TLS_ENABLED: 'false', ZONES_CONFIGURED: 'IDLE-01' });
});
afterAll(async () => {
  client?.close();
  await server?.stop();
});

const scrape = async (): Promise<string> => (await fetch(`${server.url}/metrics`)).text();

test('zones, watchers, transports, denials and workers are counted', async () => {
  const camera = new Client(server.url);
  client = camera;
  await camera.film('MEASURED-01', rtpParameters);
  const watcher = new Client(server.url);
  await watcher.ask('watch', { tiles: [tile('MEASURED-01')], rtpCapabilities });
  await watcher.ask('claim', { zone: 'MEASURED-01', label: '' });
  await watcher.ask('no-such-event', {});
  const text = await scrape();
  const value = (name: string): number => metricValue(text, name);
  expect(value('surveillance_zones{state="idle"}')).toBe(1);
  expect(value('surveillance_zones{state="connecting"}')).toBe(1);
  expect(value('surveillance_watchers')).toBe(1);
  expect(value('surveillance_ready')).toBe(1);
  expect(value('surveillance_part_up{part="media"}')).toBe(1);
  expect(value('surveillance_transports{ice_path="none"}')).toBe(2);
  expect(value('surveillance_denied_requests_total{code="invalid-request"}')).toBe(1);
  expect(value('surveillance_denied_requests_total{code="unknown-event"}')).toBe(1);
  expect(value('surveillance_worker_cpu_seconds_total{worker="1"}')).toBeGreaterThan(0);
  expect(value('surveillance_worker_resident_memory_bytes{worker="0"}')).toBeGreaterThan(1e6);
  watcher.close();
  // Its transport never came up, which is a join that failed.
  await expect
    .poll(async () =>
      metricValue(await scrape(), 'surveillance_joins_total{role="operator",outcome="failed"}'),
    )
    .toBe(1);
});

test('a replaced worker is counted', async () => {
  const [pid = 0] = server.workerPids();
  process.kill(pid, 'SIGKILL');
  await expect
    .poll(async () => metricValue(await scrape(), 'surveillance_worker_restarts_total'), {
      timeout: 10_000,
    })
    .toBe(1);
});

test('no label holds what a client chose', async () => {
  const stranger = new Client(server.url);
  await stranger.ask('watch', { tiles: [tile('SECRET-PLACE-01')], rtpCapabilities });
  expect(await scrape()).not.toMatch(/SECRET-PLACE|MEASURED/);
  stranger.close();
});

test('only the listed addresses may read it', async () => {
  const closed = await startServer({ TLS_ENABLED: 'false', HTTP_METRICS_FROM: '192.0.2.0/24' });
  try {
    expect((await fetch(`${closed.url}/metrics`)).status).toBe(403);
    // Nor does a header help where no proxy is trusted.
    const headers = { 'X-Forwarded-For': '192.0.2.1' };
    expect((await fetch(`${closed.url}/metrics`, { headers })).status).toBe(403);
  } finally {
    await closed.stop();
  }
});
