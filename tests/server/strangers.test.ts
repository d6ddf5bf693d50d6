/** Junk from strangers that has come to the media port before a camera's packets, while the media worker was busy. */
import { createSocket } from 'node:dgram';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { metricValue } from '../support/metrics.ts';
import { threeLayerClip } from '../support/peers/clip.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { LightWatcher } from '../support/peers/watcher.ts';
import { freePort, startServer } from '../support/server.ts';

const clean: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of clean.splice(0).reverse()) await undo();
});

/** More than wait of strangers at a time, and little enough for the kernel to keep them all. */
const junk = 100;
const times = 5;
/** For so long the worker is as good as busy; ms. */
const busy = 100;

test('costs the camera not one packet, and a new viewer still gets in', async () => {
  const port = await freePort();
  const settings = { TLS_ENABLED: 'false', MEDIA_WORKERS: '1', MEDIA_PORT: `${port}` };
  const server = await startServer(settings);
  clean.push(() => server.stop());
  const camera = await LightPublisher.start(server.url, 'JUNK-01', threeLayerClip());
  clean.push(() => camera.close());
  const look = async (): Promise<LightWatcher> => {
    const watcher = new LightWatcher(server.url);
    clean.push(() => watcher.close());
    await watcher.watch('JUNK-01');
    await watcher.connected();
    await expect.poll(() => watcher.received().packets, { timeout: 10_000 }).toBeGreaterThan(50);
    return watcher;
  };
  await look();
  const stranger = createSocket('udp4');
  clean.push(() => stranger.close());
  const [worker = 0] = server.workerPids();
  const sent = (): number => camera.layers.reduce((sum, { packets }) => sum + packets, 0);

  const before = sent();
  for (let time = 0; time < times; time += 1) {
    process.kill(worker, 'SIGSTOP');
    try {
      for (let number = 0; number < junk; number += 1) {
        await new Promise((resolve) => stranger.send('junk', port, '127.0.0.1', resolve));
      }
      await pause(busy);
    } finally {
      process.kill(worker, 'SIGCONT');
    }
    await pause(busy);
  }
  expect(sent() - before).toBeGreaterThan(50);
  const incoming = async (name: string): Promise<number> => {
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    return metricValue(metrics, `surveillance_${name}{direction="in"}`);
  };
  await expect.poll(() => incoming('rtp_packets_total')).toBeGreaterThan(100);
  await pause(500);
  expect(await incoming('rtp_packets_lost_total')).toBe(0);
  await look();
});
