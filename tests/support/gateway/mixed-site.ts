/**
 * Sixteen cameras on one gateway, twelve of them good: one is dead, one slow, one restarts every 5 s, and one sends garbage,
 * of another kind each time. All zones are watched.
 */
import { readFileSync } from 'node:fs';
import type { SiteCameraReport } from '../../../server/contract/gateway.ts';
import { LightWatcher } from '../peers/watcher.ts';
import { cameraClip, type CameraClip } from '../rtsp/clips.ts';
import { hostilities, startHostile, type Hostile } from '../rtsp/hostile.ts';
import { startRtspServer, type RtspServer } from '../rtsp/server.ts';
import { freePort, startServer, type RunningServer } from '../server.ts';
import { startGateway, type RunningGateway } from './running-gateway.ts';
import { cameraReports, listOf, longestGap, wholePictures } from './site-looks.ts';

const goodCount = 12;
/** How long the slow one takes for whatever it says, ms; and how often the restarting one breaks off. */
const pauses = { slow: 1500, restart: 5000 };

export class MixedSite {
  readonly good: readonly string[];
  readonly gateway: RunningGateway;
  readonly frameRate: number;
  readonly #server: RunningServer;
  readonly #cameras: readonly RtspServer[];
  readonly #hostile: Hostile;
  readonly #viewer: LightWatcher;
  readonly #restarts: NodeJS.Timeout;
  /** When whole pictures came, by zone; ms. */
  readonly #shown = new Map<string, number[]>();

  static async start(): Promise<MixedSite> {
    const [server, clip, thin] = await Promise.all([
      startServer({ TLS_ENABLED: 'false' }),
      cameraClip('sub'),
      cameraClip('thin'),
    ]);
    const good = Array.from({ length: goodCount }, (_, at) => zoneOf(`good-${at + 1}`));
    const keys: CameraClip = {
      ...thin,
      frameRate: 1,
      pictures: thin.pictures
        .filter(({ isKey }) => isKey)
        .map((one, shownAt) => ({ ...one, shownAt })),
    };
    const street = await startRtspServer({
      streams: Object.fromEntries(good.map((zone) => [`/${zone}`, clip])),
    });
    const slow = await startRtspServer({
      streams: { '/main': keys },
      write: (socket, bytes) => void setTimeout(() => socket.write(bytes), pauses.slow),
    });
    const restarting = await startRtspServer({ streams: { '/main': clip } });
    let connection = 0;
    const kinds = Object.values(hostilities);
    const hostile = await startHostile((socket, write) => {
      kinds[connection % kinds.length]?.(socket, write);
      connection += 1;
    });
    const gateway = await startGateway({
      server: server.url,
      cameras: [
        ...good.map((zone) => ({ name: zone.toLowerCase(), zone, url: street.url(`/${zone}`) })),
        { name: 'dead', zone: zoneOf('dead'), url: `rtsp://127.0.0.1:${await freePort()}/main` },
        { name: 'slow', zone: zoneOf('slow'), url: slow.url('/main') },
        { name: 'restarting', zone: zoneOf('restarting'), url: restarting.url('/main') },
        { name: 'garbage', zone: zoneOf('garbage'), url: hostile.url },
      ],
    });
    return new MixedSite(good, clip.frameRate, { server, gateway, hostile }, [
      ...[street, slow, restarting],
    ]);
  }

  private constructor(
    good: readonly string[],
    frameRate: number,
    parts: { server: RunningServer; gateway: RunningGateway; hostile: Hostile },
    cameras: readonly RtspServer[],
  ) {
    this.good = good;
    this.frameRate = frameRate;
    this.#server = parts.server;
    this.gateway = parts.gateway;
    this.#hostile = parts.hostile;
    this.#cameras = cameras;
    this.#restarts = setInterval(() => cameras.at(-1)?.drop(), pauses.restart);
    this.#viewer = new LightWatcher(this.#server.url, {
      onH264: wholePictures(({ zone }, pictures) => {
        const times = listOf(this.#shown, zone);
        pictures.onPicture = () => times.push(performance.now());
      }),
    });
  }

  async watch(): Promise<void> {
    const size = { width: 640, height: 360, visible: true, focused: false };
    const all = [...this.good, ...['dead', 'slow', 'restarting', 'garbage'].map(zoneOf)];
    await this.#viewer.watch(all.map((zone) => ({ zone, ...size })));
    await this.#viewer.connected();
  }

  /** When whole pictures of a zone came since then, ms. */
  of(zone: string, from: number): number[] {
    return (this.#shown.get(zone) ?? []).filter((at) => at >= from);
  }

  /** The longest time without one, ms. */
  gap(zone: string, from: number): number {
    return longestGap(this.of(zone, from), from, performance.now());
  }

  async reports(): Promise<Map<string, SiteCameraReport>> {
    const reports = await cameraReports(this.#server.url);
    return new Map(reports.map((report) => [report.name, report]));
  }

  /** What the gateway's log says of a camera. */
  logged(camera: string): unknown[] {
    return this.gateway.log.filter((line) => line.camera === camera);
  }

  /** Of the gateway's process, MiB. */
  get memory(): number {
    const status = readFileSync(`/proc/${this.gateway.process.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }

  async close(): Promise<void> {
    clearInterval(this.#restarts);
    this.#viewer.close();
    await this.gateway.end();
    await this.#server.stop();
    await Promise.all([...this.#cameras, this.#hostile].map((one) => one.close()));
  }
}

export function zoneOf(name: string): string {
  return `MIXED-${name.toUpperCase()}`;
}
