/** A tile that grows beyond what its camera sends. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { threeLayerClip } from '../support/peers/clip.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { LightWatcher } from '../support/peers/watcher.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const clip = threeLayerClip();
const zone = 'RISING-CAM-1';
const small = { zone, width: 320, height: 180, visible: true, focused: false };
const large = { zone, width: 1280, height: 720, visible: true, focused: true };
/** Until mediasoup calls a layer inactive that is not sent any more, ms. */
const noticed = 2500;
const pause = (time: number) => new Promise((resolve) => setTimeout(resolve, time));

let server: RunningServer;
beforeAll(async () => {
  server = await startServer({
    TLS_ENABLED: 'false',
    CAMERA_WARM_UP: '500',
    CAMERA_LINGER: '500',
  });
});
afterAll(async () => {
  await server?.stop();
});

test('a layer that sleeps is woken for it, by a second consumer that takes over once it flows', async () => {
  const publisher = await LightPublisher.start(server.url, zone, clip);
  const watcher = new LightWatcher(server.url);
  const widths = (): number[] => [...watcher.streams.values()].map(({ width }) => width);
  const active = (): boolean[] => publisher.layers.map((layer) => layer.active);
  try {
    await watcher.watch([small]);
    await watcher.connected();
    await expect.poll(active, { timeout: 5000 }).toEqual([true, false, false]);
    await expect.poll(widths).toEqual([320]);
    const [former] = watcher.streams.keys();
    await pause(noticed);

    await watcher.view([large]);
    await expect.poll(active, { interval: 1 }).toEqual([true, true, true]);
    // The small picture goes on until the large one is there, and only then ends.
    expect(watcher.streams.has(former ?? '')).toBe(true);
    await expect.poll(widths, { timeout: 5000 }).toEqual([1280]);
    expect(watcher.streams.has(former ?? '')).toBe(false);

    await watcher.view([small]);
    await expect.poll(active, { timeout: 5000 }).toEqual([true, false, false]);

    // Hidden and shown again, it waits no longer for the layer that it once rose to.
    await watcher.view([{ ...small, visible: false }]);
    await expect.poll(active, { timeout: 5000 }).toEqual([false, false, false]);
    await pause(noticed);
    const shown = performance.now();
    await watcher.view([small]);
    expect(performance.now() - shown).toBeLessThan(1000);
  } finally {
    publisher.close();
    watcher.close();
  }
});
