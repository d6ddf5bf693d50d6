/** A camera that is steered from a socket through a real server and a gateway to an ONVIF device. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CameraLife } from '../../gateway/camera/life.ts';
import { cameraDevice } from '../../gateway/onvif/camera-device.ts';
import { OnvifDevice } from '../../gateway/onvif/device.ts';
import { Networks } from '../../gateway/rtsp/networks.ts';
import { Uplink } from '../../gateway/upload/uplink.ts';
import type { Move } from '../../server/contract/steering.ts';
import { Client, rtpCapabilities, tile } from '../support/client.ts';
import { FakeCamera, mainFacts, subFacts } from '../support/fake-camera.ts';
import { startOnvifDevice, type OnvifDevice as Device } from '../support/onvif/device.ts';
import { mediaService } from '../support/onvif/media-service.ts';
import { PtzService } from '../support/onvif/ptz-service.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const zone = 'DOME-01';
const right: Move = { kind: 'continuous', pan: 0.1, tilt: 0, zoom: 0 };
const place = { pan: 0.3, tilt: 0, zoom: 0 };

let server: RunningServer;
let device: Device;
let ptz: PtzService;
let uplink: Uplink;
let life: CameraLife;
let hangs = false;

beforeAll(async () => {
  server = await startServer({ TLS_ENABLED: 'false', MEDIA_WORKERS: '1' });
  ptz = new PtzService({ presets: { one: { name: 'crossing', place } } });
  const profile = { width: 640, height: 360, keyEvery: 30, url: 'rtsp://127.0.0.1/main' };
  device = await startOnvifDevice({
    services: [
      mediaService(1, { profiles: [{ ...profile, token: 'main', name: 'main', ptz: 'node' }] }),
      ptz,
    ],
    bend: (operation) => (hangs && operation === 'GetStatus' ? 'hang' : undefined),
  });
  const asked = new OnvifDevice({ url: device.url, networks: new Networks(['127.0.0.1']) });
  const { steerable } = cameraDevice(
    { url: profile.url, onvif: { url: device.url, main: 'main' } },
    asked,
  );
  uplink = new Uplink({ url: server.url, bindAddress: '127.0.0.1' });
  const camera = new FakeCamera({ zone }, { openUpload: uplink.open, device: { steerable } });
  camera.answer = { main: mainFacts, sub: subFacts };
  ({ life } = camera);
  life.start();
});
afterAll(async () => {
  await life?.close();
  uplink?.close();
  await server?.stop();
  await device?.close();
});

class Hand {
  readonly client: Client;
  #number = 0;

  constructor() {
    this.client = new Client(server.url);
  }

  async watch(): Promise<void> {
    await this.client.connected();
    await this.client.request('watch', { tiles: [tile(zone)], rtpCapabilities });
    await expect
      .poll(() => this.steering, { timeout: 10_000 })
      .toMatchObject({
        presets: [{ token: 'one', name: 'crossing' }],
      });
  }

  get steering() {
    return this.client.heard('steering').at(-1)?.steering;
  }

  steer(move: Move) {
    return this.client.ask('steer', { zone, number: (this.#number += 1), move });
  }
}

const last = (operation: string): number => device.asked(operation).at(-1)?.at ?? -Infinity;

test('from the key to the camera in 100 ms, also while the camera does not say where it is; a preset is told when it is there', async () => {
  const hand = new Hand();
  await hand.watch();
  hangs = true;
  const times: number[] = [];
  for (let count = 0; count < 20; count += 1) {
    const before = device.asked('ContinuousMove').length;
    const begun = performance.now();
    expect(await hand.steer({ ...right, tilt: (count % 10) / 10 })).toMatchObject({ ok: true });
    await expect.poll(() => device.asked('ContinuousMove').length).toBeGreaterThan(before);
    times.push(last('ContinuousMove') - begun);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  hangs = false;
  times.sort((a, b) => a - b);
  const [median = Infinity, p95 = Infinity] = [times[10], times[18]];
  console.info(`from key to camera: median ${median.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms`);
  expect(median).toBeLessThan(100);
  const released = performance.now();
  await hand.steer({ kind: 'stop' });
  expect(last('Stop')).toBeGreaterThan(released);
  expect(ptz.motor.moves).toBe(false);
  await hand.steer({ kind: 'preset', preset: 'one' });
  const soon = { timeout: 10_000 };
  await expect.poll(() => hand.steering, soon).toMatchObject({ at: 'one', moving: false });
  expect(ptz.motor.place.pan).toBeCloseTo(place.pan, 2);
  hand.client.close();
});

test('a socket that is lost stops the camera within a second, and a server that is killed does', async () => {
  for (const lose of [
    (hand: Hand) => hand.client.close(),
    () => void server.process.kill('SIGKILL'),
  ]) {
    const hand = new Hand();
    await hand.watch();
    await hand.steer(right);
    await expect.poll(() => ptz.motor.moves).toBe(true);
    const begun = performance.now();
    lose(hand);
    await expect.poll(() => last('Stop'), { interval: 20, timeout: 3000 }).toBeGreaterThan(begun);
    expect(last('Stop') - begun).toBeLessThan(1000);
    expect(ptz.motor.moves).toBe(false);
    hand.client.close();
  }
});
