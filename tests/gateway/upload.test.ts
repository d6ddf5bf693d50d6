import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Uplink, type UplinkSettings } from '../../gateway/upload/uplink.ts';
import { ClipCamera } from '../support/gateway/clip-camera.ts';
import { Pictures } from '../support/gateway/depacketise.ts';
import { LightWatcher, type ConsumedStream } from '../support/peers/watcher.ts';
import { cameraClip, type CameraClip } from '../support/rtsp/clips.ts';
import { startServer, type RunningServer } from '../support/server.ts';

let server: RunningServer;
let main: CameraClip;
let sub: CameraClip;
const toClose: { close(): void }[] = [];

beforeAll(async () => {
  [server, main, sub] = await Promise.all([
    startServer({ TLS_ENABLED: 'false' }),
    cameraClip('main'),
    cameraClip('sub'),
  ]);
});
afterAll(() => server.stop());
afterEach(() => {
  for (const one of toClose.splice(0)) one.close();
});

function opened<T extends { close(): void }>(one: T): T {
  toClose.push(one);
  return one;
}

function uplink(settings: Partial<UplinkSettings> = {}): Uplink {
  return opened(new Uplink({ url: server.url, bindAddress: '127.0.0.1', ...settings }));
}

const textOf = (units: readonly Buffer[]): string => Buffer.concat(units).toString('base64');
const contentsOf = ({ pictures }: CameraClip): Set<string> =>
  new Set(pictures.map(({ units }) => textOf(units)));

/** Whole pictures as a viewer gets them: of which layer, and when. */
class Shown {
  readonly pictures: { layer: number; isKey: boolean; at: number }[] = [];
  readonly #clips: Set<string>[];
  readonly #streams = new Map<ConsumedStream, Pictures>();

  constructor(clips: CameraClip[]) {
    this.#clips = clips.map(contentsOf);
  }

  take(packet: Buffer, stream: ConsumedStream): void {
    let pictures = this.#streams.get(stream);
    if (!pictures) {
      pictures = new Pictures();
      pictures.onPicture = ({ units, isKey }) => {
        const text = textOf(units);
        const layer = this.#clips.findIndex((contents) => contents.has(text));
        this.pictures.push({ layer, isKey, at: performance.now() });
      };
      this.#streams.set(stream, pictures);
    }
    pictures.take(packet);
  }

  get torn(): number {
    return [...this.#streams.values()].reduce((sum, { torn }) => sum + torn, 0);
  }

  of(layer: number, since = 0) {
    return this.pictures.filter((one) => one.layer === layer && one.at >= since);
  }
}

async function watch(zone: string, shown: Shown, width = 1920): Promise<LightWatcher> {
  const watcher = opened(
    new LightWatcher(server.url, { onH264: (packet, stream) => shown.take(packet, stream) }),
  );
  const tile = { zone, width, height: (width * 9) / 16, visible: true, focused: false };
  await watcher.watch([tile]);
  await watcher.connected();
  return watcher;
}

/** Of the clips, ms. */
const keyInterval = 1000;

const large = (zone: string) => [{ zone, width: 1280, height: 720, visible: true, focused: true }];
const smallTile = (zone: string) => [
  { zone, width: 320, height: 180, visible: true, focused: false },
];

describe('An upload', () => {
  it('brings whole pictures to a viewer, as the camera has them', async () => {
    const zone = 'UP-PLAIN-01';
    opened(new ClipCamera(uplink().open, zone, [main]));
    const shown = new Shown([main]);
    await watch(zone, shown);
    await expect.poll(() => shown.pictures.length, { timeout: 10_000 }).toBeGreaterThan(40);
    expect(shown.torn).toBe(0);
    expect(shown.pictures[0]?.isKey).toBe(true);
    expect(shown.of(0)).toHaveLength(shown.pictures.length);
  });

  it('sends main and sub stream as layers: a small tile gets the one, an enlarged one the other', async () => {
    const zone = 'UP-LAYERS-01';
    const camera = opened(new ClipCamera(uplink().open, zone, [sub, main]));
    const shown = new Shown([sub, main]);
    const watcher = await watch(zone, shown, 320);
    await expect.poll(() => shown.of(0).length, { timeout: 10_000 }).toBeGreaterThan(20);
    // The main stream is let sleep, as nobody wants it.
    await expect.poll(() => camera.wanted.at(-1), { timeout: 15_000 }).toBe(0);
    const asked = performance.now();
    let begun: number | undefined;
    camera.onSend = (layer) => {
      if (layer === 1) begun ??= performance.now();
    };
    await watcher.view(large(zone));
    await expect.poll(() => shown.of(1, asked).length, { timeout: 5000 }).toBeGreaterThan(10);
    const first = shown.of(1, asked)[0]!;
    expect(first.isKey).toBe(true);
    // The very first key picture of the main stream is shown, so that nobody waits for another one.
    expect(first.at - begun!).toBeLessThan(keyInterval / 2);
    // The small one is shown meanwhile: none of its pictures is missing up to then.
    const meanwhile = shown.of(0, asked).filter(({ at }) => at < first.at);
    expect(meanwhile.length).toBeGreaterThanOrEqual(((first.at - asked) / 40) * 0.8 - 2);
    await watcher.view(smallTile(zone));
    const back = performance.now();
    await expect.poll(() => shown.of(0, back).length, { timeout: 10_000 }).toBeGreaterThan(10);
    expect(shown.torn).toBe(0);
  }, 40_000);

  it('comes over TCP where there is no UDP, each time', async () => {
    const cameras = Array.from(
      { length: 50 },
      (_, index) => new ClipCamera(uplink({ only: 'tcp' }).open, `UP-TCP-${index}`, [sub]),
    );
    for (const camera of cameras) opened(camera);
    await expect
      .poll(() => cameras.filter(({ upload }) => (upload.figures?.packets ?? 0) > 50).length, {
        timeout: 15_000,
      })
      .toBe(50);
  });

  it('comes back when the server was away', async () => {
    const zone = 'UP-BACK-01';
    opened(new ClipCamera(uplink().open, zone, [sub]));
    const shown = new Shown([sub]);
    const before = await watch(zone, shown);
    await expect.poll(() => shown.pictures.length, { timeout: 10_000 }).toBeGreaterThan(10);
    before.close();
    await server.restart();
    const again = new Shown([sub]);
    await watch(zone, again);
    await expect.poll(() => again.pictures.length, { timeout: 10_000 }).toBeGreaterThan(10);
    expect(again.torn).toBe(0);
  });
});
