/** Who films a zone when two cameras want to: the living one keeps it, and a silent one gives it over. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Client, dtlsParameters, rtpParameters, type Answer } from '../support/client.ts';
import { threeLayerClip, type Clip } from '../support/peers/clip.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { LightWatcher } from '../support/peers/watcher.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { enrol, setUp } from '../support/visitor.ts';

const clip = threeLayerClip();
const timing = { CAMERA_WARM_UP: '500', CAMERA_LINGER: '200', TLS_ENABLED: 'false' };

let server: RunningServer;
let peers: { close(): void }[] = [];
const closing = <T extends { close(): void }>(peer: T): T => {
  peers.push(peer);
  return peer;
};

beforeAll(async () => {
  server = await startServer(timing);
});
afterEach(() => {
  for (const peer of peers) peer.close();
  peers = [];
});
afterAll(async () => {
  await server?.stop();
});

const claim = (client: Client, zone: string): Promise<Answer> =>
  client.ask('claim', { zone, label: 'other' });
const occupied = { ok: false, error: { code: 'zone-occupied' } };

/** A camera that sends, since someone watches it. */
async function watchedCamera(zone: string, played: Clip = clip) {
  const camera = closing(await LightPublisher.start(server.url, zone, played));
  const watcher = closing(new LightWatcher(server.url));
  await watcher.watch([{ zone, width: 320, height: 180, visible: true, focused: true }]);
  await watcher.connected();
  await expect.poll(() => watcher.received().packets, { timeout: 10_000 }).toBeGreaterThan(0);
  return { camera, watcher };
}

test('a living camera keeps its place, however often another one asks for it', async () => {
  const zone = 'LIVING-01';
  const { camera } = await watchedCamera(zone);
  const rival = closing(new Client(server.url));
  for (let attempt = 0; attempt < 12; attempt += 1) {
    expect(await claim(rival, zone)).toMatchObject(occupied);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  expect(camera.client.heard('session:ended')).toEqual([]);
});

test('a camera that has sent nothing for 1 s gives its place over, and is told so', async () => {
  const zone = 'SILENT-01';
  const { camera, watcher } = await watchedCamera(zone);
  camera.pause();
  const paused = performance.now();
  const rival = closing(new Client(server.url));
  await expect
    .poll(async () => (await claim(rival, zone)).ok, { timeout: 3000, interval: 50 })
    .toBe(true);
  expect(performance.now() - paused).toBeGreaterThan(700);
  expect(performance.now() - paused).toBeLessThan(2000);
  expect(camera.client.heard('session:ended')).toMatchObject([{ code: 'zone-occupied' }]);
  // What it still holds of the zone is nothing any more.
  const late = await camera.client.ask('unpublish', { producerId: camera.producerId });
  expect(late.error?.code).toBe('not-joined');
  expect(await claim(camera.client, zone)).toMatchObject(occupied);

  rival.close();
  const packets = watcher.received().packets;
  closing(await LightPublisher.start(server.url, zone, clip));
  await expect
    .poll(() => watcher.received().packets, { timeout: 10_000 })
    .toBeGreaterThan(packets + 10);
});

test('a camera that claims and sends nothing does not keep one out that can', async () => {
  const zone = 'EMPTY-01';
  expect(await claim(closing(new Client(server.url)), zone)).toMatchObject({ ok: true });
  const rival = closing(new Client(server.url));
  expect(await claim(rival, zone)).toMatchObject(occupied);
  await expect.poll(async () => (await claim(rival, zone)).ok, { timeout: 3000 }).toBe(true);
});

test('a camera whose socket is lost gives its place over at once', async () => {
  const zone = 'LOST-01';
  const { camera } = await watchedCamera(zone);
  const rival = closing(new Client(server.url));
  expect(await claim(rival, zone)).toMatchObject(occupied);
  camera.client.socket.io.engine.close(); // a cut, not a farewell; its media goes on
  await expect
    .poll(async () => (await claim(rival, zone)).ok, { timeout: 700, interval: 50 })
    .toBe(true);
});

test('a camera that sleeps as told keeps its place while its socket lives', async () => {
  const zone = 'ASLEEP-01';
  const camera = closing(await LightPublisher.start(server.url, zone, clip));
  const asked = () => camera.client.heard('layers:wanted');
  await expect.poll(() => asked().at(-1)?.highest, { timeout: 5000 }).toBe(null);
  await new Promise((resolve) => setTimeout(resolve, 2500));
  const rival = closing(new Client(server.url));
  expect(await claim(rival, zone)).toMatchObject(occupied);
  camera.client.socket.io.engine.close();
  await expect
    .poll(async () => (await claim(rival, zone)).ok, { timeout: 700, interval: 50 })
    .toBe(true);
});

test('a camera of one frame a second is neither stalled nor replaced', async () => {
  const zone = 'SLOW-01';
  const { camera } = await watchedCamera(zone, { ...clip, frameRate: 1 });
  const rival = closing(new Client(server.url));
  await new Promise((resolve) => setTimeout(resolve, 2500)); // until its pace is known
  await rival.connected();
  for (let attempt = 0; attempt < 30; attempt += 1) {
    expect(await claim(rival, zone)).toMatchObject(occupied);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  expect(camera.client.heard('session:ended')).toEqual([]);
  const heard = camera.client.heard('zone:changed');
  expect(heard.map((notice) => notice.zone.camera)).not.toContain('stalled');
  expect(heard.at(-1)?.zone.camera).toBe('streaming');
});

test('a device says how many frames it gives, and may not know', async () => {
  for (const frameRate of [0, 0.5, 29.97]) {
    const client = closing(new Client(server.url));
    const claimed = await claim(client, `RATE-${frameRate}`.replace('.', '-'));
    const published = await client.ask('publish', {
      transportId: (claimed.transport as { id: string }).id,
      dtlsParameters,
      kind: 'video',
      rtpParameters,
      capture: { width: 720, height: 1280, frameRate },
    });
    expect(published).toMatchObject({ ok: true });
  }
});

test('an enrolled device takes its own place at once, and no other one of its key does', async () => {
  const guarded = await startServer({ ...timing, ACCESS_MODE: 'accounts' });
  try {
    const ada = await setUp(guarded);
    const key = await ada.addKey('camera', 'GATE-*');
    const device = await enrol(guarded, key);
    const zone = 'GATE-01';
    const before = closing(await LightPublisher.start(guarded.url, zone, clip, device.headers));
    const enrolment = await ada.request<typeof key.enrolment>(
      'POST',
      `/api/keys/${key.key.id}/enrolment`,
    );
    const other = closing((await enrol(guarded, { ...key, enrolment })).socket());
    expect(await claim(other, zone)).toMatchObject(occupied);

    const window = closing(device.socket());
    expect(await claim(window, zone)).toMatchObject({ ok: true });
    expect(before.client.heard('session:ended')).toMatchObject([{ code: 'session-replaced' }]);
    // The former window does not take it back: the two would take turns for ever.
    expect(await claim(before.client, zone)).toMatchObject(occupied);
    expect(window.heard('session:ended')).toEqual([]);
  } finally {
    for (const peer of peers) peer.close();
    await guarded.stop();
  }
});
