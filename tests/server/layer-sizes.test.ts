/** A camera with a main and a sub stream: 1920×1080 over 640×360, which is not half of it. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Client, dtlsParameters, rtpParameters } from '../support/client.ts';
import { syntheticClip } from '../support/peers/clip.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { LightWatcher } from '../support/peers/watcher.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const mainAndSub = syntheticClip([
  { width: 640, height: 360, bitrate: 300_000 },
  { width: 1920, height: 1080, bitrate: 1_500_000 },
]);

let server: RunningServer;
const peers: { close(): void }[] = [];
beforeAll(async () => {
  server = await startServer({ TLS_ENABLED: 'false', CAMERA_WARM_UP: '300', CAMERA_LINGER: '300' });
});
afterEach(() => {
  for (const peer of peers.splice(0)) peer.close();
});
afterAll(async () => {
  await server?.stop();
});

test('each tile gets the stream that covers it, and the camera sends no other', async () => {
  const zone = 'MAIN-SUB-01';
  const camera = await LightPublisher.start(server.url, zone, mainAndSub);
  const viewer = new LightWatcher(server.url);
  peers.push(camera, viewer);
  const shown = (width: number, height: number) => [
    { zone, width, height, visible: true, focused: true },
  ];
  const active = () => camera.layers.map((layer) => layer.active);
  const widths = () => [...viewer.streams.values()].map(({ width }) => width);

  await viewer.watch(shown(640, 360));
  await viewer.connected();
  await expect.poll(active, { timeout: 5000 }).toEqual([true, false]);
  await expect.poll(widths, { timeout: 5000 }).toEqual([640]);

  // Half of 1920×1080 would cover it, and 640×360 does not.
  await viewer.view(shown(800, 450));
  await expect.poll(active, { timeout: 5000 }).toEqual([true, true]);
  await expect.poll(widths, { timeout: 10_000 }).toEqual([1920]);
});

test('a camera that has no room for its main stream says so: who watches, and who comes, gets the sub stream at once', async () => {
  const zone = 'MAIN-SUB-02';
  const camera = await LightPublisher.start(server.url, zone, mainAndSub);
  const [viewer, newcomer] = [new LightWatcher(server.url), new LightWatcher(server.url)];
  peers.push(camera, viewer, newcomer);
  const large = [{ zone, width: 1920, height: 1080, visible: true, focused: true }];
  const width = ({ streams }: LightWatcher) => [...streams.values()][0]?.width;

  await viewer.watch(large);
  await viewer.connected();
  await expect.poll(() => width(viewer), { timeout: 10_000 }).toBe(1920);
  await camera.client.request('layers:sent', { highest: 0 });
  await newcomer.watch(large);
  await newcomer.connected();
  await expect.poll(() => width(viewer), { timeout: 5000 }).toBe(640);
  await expect.poll(() => width(newcomer), { timeout: 5000 }).toBe(640);
  // It is wanted all the same, so that it comes as soon as there is room.
  expect(camera.layers.map(({ active }) => active)).toEqual([true, true]);

  await camera.client.request('layers:sent', { highest: null });
  await camera.client.request('layers:sent', { highest: 1 });
  await expect.poll(() => width(viewer), { timeout: 5000 }).toBe(1920);
  await expect.poll(() => width(newcomer), { timeout: 5000 }).toBe(1920);

  expect((await viewer.client.ask('layers:sent', { highest: 0 })).error?.code).toBe('not-joined');
  const wrong = await camera.client.ask('layers:sent', { highest: -1 });
  expect(wrong.error?.code).toBe('invalid-request');
});

test('sizes of other layers than are sent are refused, and the track can be sent with the right ones', async () => {
  const camera = new Client(server.url);
  peers.push(camera);
  const claimed = await camera.request('claim', { zone: 'SIZES-01', label: '' });
  const publish = (layers: { width: number; height: number }[]) =>
    camera.ask('publish', {
      transportId: (claimed.transport as { id: string }).id,
      dtlsParameters,
      kind: 'video',
      rtpParameters,
      capture: { width: 1920, height: 1080, layers },
    });
  const [sub, main] = [
    { width: 640, height: 360 },
    { width: 1920, height: 1080 },
  ];
  expect((await publish([sub, main])).error?.code).toBe('invalid-request');
  expect((await publish([])).error?.code).toBe('invalid-request');
  expect(await publish([main])).toMatchObject({ ok: true });
});
