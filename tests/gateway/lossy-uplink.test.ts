import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Uplink, type UplinkSettings } from '../../gateway/upload/uplink.ts';
import { ClipCamera } from '../support/gateway/clip-camera.ts';
import { Pictures } from '../support/gateway/depacketise.ts';
import { LightWatcher } from '../support/peers/watcher.ts';
import { cameraClip, type CameraClip } from '../support/rtsp/clips.ts';
import { freePort, startServer, type RunningServer } from '../support/server.ts';
import { SlowLink } from '../support/slow-link.ts';

let server: RunningServer;
let link: SlowLink;
let main: CameraClip;
const toClose: { close(): void }[] = [];

beforeAll(async () => {
  const port = await freePort(2);
  // Clients are told the relay's address, so that all media passes through it.
  [server, link, main] = await Promise.all([
    startServer({
      ...{ TLS_ENABLED: 'false', MEDIA_PORT: `${port}`, MEDIA_LISTEN: '127.0.0.1=127.0.0.4' },
    }),
    SlowLink.open('127.0.0.4', '127.0.0.1', [port, port + 1]),
    cameraClip('main'),
  ]);
});
afterEach(() => {
  for (const one of toClose.splice(0)) one.close();
  link.upLoss = 0;
});
afterAll(async () => {
  link?.close();
  await server?.stop();
});

function opened<T extends { close(): void }>(one: T): T {
  toClose.push(one);
  return one;
}

const uplink = (settings: Partial<UplinkSettings> = {}): Uplink =>
  opened(new Uplink({ url: server.url, bindAddress: '127.0.0.1', ...settings }));

async function watch(zones: string[], take: (packet: Buffer, zone: string) => void) {
  const watcher = opened(
    new LightWatcher(server.url, { onH264: (packet, { zone }) => take(packet, zone) }),
  );
  const size = { width: 1280, height: 720, visible: true, focused: false };
  await watcher.watch(zones.map((zone) => ({ zone, ...size })));
  await watcher.connected();
}

describe('A poor way to the server', () => {
  it('that loses one packet in thirty costs no picture: what is lost is sent again', async () => {
    const zone = 'LOSSY-01';
    link.upLoss = 0.033;
    const camera = opened(new ClipCamera(uplink().open, zone, [main]));
    const pictures = new Pictures();
    // Repaired packets come to a viewer out of order, as here nobody holds them back.
    pictures.reorders = true;
    await watch([zone], (packet) => pictures.take(packet));
    await expect.poll(() => pictures.whole.length, { timeout: 15_000 }).toBeGreaterThan(100);
    expect(camera.upload.figures!.lost).toBeGreaterThan(5);
    expect(pictures.torn).toBe(0);
    // Loss that is repaired is no sign of a narrow way.
    expect(camera.fitted).toEqual([]);
  });

  it('that carries nothing any more is left for another one, long before ICE gives it up', async () => {
    const zone = 'SILENT-01';
    // By UDP alone: TCP passes beside the link.
    opened(new ClipCamera(uplink({ only: 'udp' }).open, zone, [main]));
    const pictures = new Pictures();
    await watch([zone], (packet) => pictures.take(packet));
    // From then on it is known how often something comes.
    await expect.poll(() => pictures.whole.length, { timeout: 15_000 }).toBeGreaterThan(125);
    link.forget();
    const silent = performance.now();
    // A viewer of its own, since the first one's way is forgotten, too.
    let back = Infinity;
    const again = new Pictures();
    again.onPicture = () => (back = Math.min(back, performance.now()));
    await watch([zone], (packet) => again.take(packet));
    await expect.poll(() => again.whole.length, { timeout: 15_000 }).toBeGreaterThan(50);
    console.log(`pictures came again ${(back - silent).toFixed(0)} ms after the way fell silent`);
    // 2 s of silence, another transport, and the camera's next key picture.
    expect(back - silent).toBeLessThan(8000);
  });
});
