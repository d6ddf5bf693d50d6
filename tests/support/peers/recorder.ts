/**
 * Takes a clip from a real camera: Chromium's, in the console, through the real server, which runs in
 * this process so that its producer can be tapped, one plain RTP consumer for each layer.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { observer, type types } from 'mediasoup';
import { pino } from 'pino';
import { cacheFolders, writableCache } from '../../../deployment/setup/cache.mjs';
import { loadSettings } from '../../../server/config.ts';
import { startService } from '../../../server/service.ts';
import { launchBrowser, openConsole, pill } from '../browser.ts';
import { freePort } from '../server.ts';
import { loadClip, saveClip, type Clip } from './clip.ts';
import { cutLayer, isWhole, type Packet } from './cut-clip.ts';
import { isRtcp } from '../../../gateway/upload/rtp.ts';
import { drawStreet } from './street.ts';
import { parseRtp } from './rtp.ts';

const frameRate = 30;
/** The encoder and the camera's bandwidth estimate need some seconds to reach the full bit rate. */
const warmUp = 8_000; // ms
const layersTimeout = 30_000; // ms
const length = 10; // s
/** To be raised when what is recorded, or the file's form, changes. */
const edition = 2;
/** A busy machine loses packets: what has a gap, no browser shows to its end. */
const tries = 3;

const name = `clips/chromium-vp8-${edition}.clip`;
const places = cacheFolders().map((folder) => path.join(folder, name));
const file =
  places.find((place) => existsSync(place)) ?? path.join(writableCache() ?? tmpdir(), name);

export function isRecorded(): boolean {
  return loadClip(file) !== undefined;
}

/** The clip of this user's cache; recorded when there is none, which takes about 20 s. */
export async function recordedClip(): Promise<Clip> {
  const known = loadClip(file);
  if (known) return known;
  mkdirSync(path.dirname(file), { recursive: true });
  const clip = await recordWhole();
  saveClip(file, clip);
  return clip;
}

async function recordWhole(): Promise<Clip> {
  for (let left = tries; left > 0; left -= 1) {
    const clip = await record();
    if (clip.layers.every(isWhole)) return clip;
  }
  throw new Error(`packets were lost in each of ${tries} recordings: this machine may be too busy`);
}

async function record(): Promise<Clip> {
  const produced = new Promise<[types.Router, types.Producer]>((resolve) => {
    observer.on('newworker', (worker) => {
      worker.observer.on('newrouter', (router) => {
        router.observer.on('newtransport', (transport) => {
          transport.observer.on('newproducer', (producer) => resolve([router, producer]));
        });
      });
    });
  });
  const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-clip-'));
  const settings = loadSettings({
    SURVEILLANCE_ACCESS_MODE: 'open',
    SURVEILLANCE_STORE_FOLDER: path.join(folder, 'store'),
    SURVEILLANCE_HTTP_HOST: '127.0.0.1',
    SURVEILLANCE_HTTP_PORT: `${await freePort()}`,
    SURVEILLANCE_MEDIA_LISTEN: '127.0.0.1',
    SURVEILLANCE_MEDIA_PORT: '0',
    SURVEILLANCE_MEDIA_WORKERS: '1',
    // The taps are no viewers of the zone's, so that the camera would be let sleep.
    SURVEILLANCE_CAMERA_WARM_UP: '600000',
  });
  const service = await startService(settings, pino({ level: 'silent' }));
  const film = path.join(folder, 'street.y4m');
  drawStreet(film, frameRate);
  const browser = await launchBrowser([`--use-file-for-fake-video-capture=${film}`]);
  const sockets: Socket[] = [];
  try {
    const zone = 'CLIP-01';
    const url = `https://localhost:${service.port}`;
    await pill(await openConsole(browser, url, { zone, role: 'camera' }), 'STREAMING');
    const [router, producer] = await produced;
    await pause(warmUp);
    const taps = await Promise.all(
      producer.rtpParameters.encodings!.map((_, layer) => tap(router, producer, layer, sockets)),
    );
    const deadline = performance.now() + layersTimeout;
    while (taps.some(({ consumer }, layer) => consumer.currentLayers?.spatialLayer !== layer)) {
      if (performance.now() > deadline) {
        throw new Error('the browser does not send all layers: this machine may be too busy');
      }
      await pause(100);
    }
    // One more key frame, on all layers at once, for the clip to begin with.
    await pause(1500);
    for (const { packets } of taps) packets.length = 0;
    await taps[0]?.consumer.requestKeyFrame();
    await pause((length + 1) * 1000);
    const frames = length * frameRate;
    const layers = taps.map(({ packets }) => cutLayer(packets, frameRate, frames));
    return { frameRate, scalabilityMode: 'L1T3', layers };
  } finally {
    for (const socket of sockets) socket.close();
    await browser.close();
    await service.stop();
    rmSync(folder, { recursive: true });
  }
}

async function tap(
  router: types.Router,
  producer: types.Producer,
  spatialLayer: number,
  sockets: Socket[],
): Promise<{ consumer: types.Consumer; packets: Packet[] }> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4_000_000 }).bind(0, '127.0.0.1');
  sockets.push(socket);
  await once(socket, 'listening');
  const listenInfo = { protocol: 'udp' as const, ip: '127.0.0.1' };
  const transport = await router.createPlainTransport({ listenInfo });
  await transport.connect({ ip: '127.0.0.1', port: (socket.address() as AddressInfo).port });
  // Without congestion feedback, which a plain socket does not give, nothing is held back.
  const codecs = router.rtpCapabilities.codecs?.map((codec) => ({ ...codec, rtcpFeedback: [] }));
  const consumer = await transport.consume({
    producerId: producer.id,
    rtpCapabilities: { codecs, headerExtensions: [] },
    paused: true,
  });
  await consumer.setPreferredLayers({ spatialLayer, temporalLayer: 2 });
  const packets: Packet[] = [];
  socket.on('message', (packet) => {
    const rtp = isRtcp(packet) ? undefined : parseRtp(packet);
    if (!rtp) return;
    const { timestamp, sequence, payloadAt } = rtp;
    packets.push({ timestamp, sequence, payload: packet.subarray(payloadAt) });
  });
  await consumer.resume();
  return { consumer, packets };
}

function pause(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time));
}
