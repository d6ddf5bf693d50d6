/**
 * A site of real parts with a narrow way to the server: cameras that speak RTSP, the gateway as a process, and a viewer
 * that wants every zone large. All clocks are this process's.
 */
import { startGateway, type RunningGateway } from './running-gateway.ts';
import type { SiteCameraReport } from '../../../server/contract/gateway.ts';
import { Bottleneck } from '../lossy-relay.ts';
import { setBindAddress } from '../peers/light-link.ts';
import { LightWatcher } from '../peers/watcher.ts';
import { cameraClip, type CameraClip, type ClipName } from '../rtsp/clips.ts';
import type { Stream } from '../rtsp/playing.ts';
import { startRtspServer, type RtspServer } from '../rtsp/server.ts';
import { cameraReports, listOf, longestGap, wholePictures } from './site-looks.ts';
import { freePort, startServer, type RunningServer } from '../server.ts';
import { SlowLink } from '../slow-link.ts';

/** The gateway sends to the first one, which stands before the server; viewers are at the last, aside of it. */
const addresses = { link: '127.0.0.4', server: '127.0.0.1', viewer: '127.0.0.2' };
/** Between two looks at the queue, ms. */
const lookInterval = 50;

/** A whole picture that came to the viewer. */
export interface Shown {
  /** ms of `performance.now()` */
  readonly at: number;
  /** 0 for the sub stream. */
  readonly layer: number;
  /** From the camera, ms. */
  readonly delay: number;
}

export interface NarrowSiteSettings {
  /** How long a packet waits before the narrow stretch until others are dropped, ms. */
  readonly queue: number;
  /** bit/s from the beginning on */
  readonly width: number;
  readonly cameras?: number;
  readonly clips?: readonly [ClipName, ClipName];
}

export class NarrowSite {
  readonly zones: readonly string[];
  /** By zone. */
  readonly shown = new Map<string, Shown[]>();
  /** How long packets waited before the narrow stretch, ms. */
  readonly waits: { at: number; wait: number }[] = [];
  readonly link: SlowLink;
  readonly gateway: RunningGateway;
  readonly #server: RunningServer;
  readonly #cameras: RtspServer;
  readonly #film: Film;
  readonly #looks: NodeJS.Timeout;
  #viewer: LightWatcher | undefined;

  static async start({
    queue,
    width,
    cameras: count = 16,
    clips: names = ['thin', 'main'],
  }: NarrowSiteSettings): Promise<NarrowSite> {
    const port = await freePort(2);
    const [server, link, ...clips] = await Promise.all([
      startServer({
        ...{ TLS_ENABLED: 'false', MEDIA_PORT: `${port}` },
        MEDIA_LISTEN: `${addresses.server}=${addresses.link}`,
      }),
      SlowLink.open(addresses.link, addresses.server, [port, port + 1], new Bottleneck(queue)),
      ...names.map(cameraClip),
    ]);
    link.aside = addresses.viewer;
    link.up.width = width;
    const film = new Film(clips);
    const numbers = Array.from({ length: count }, (_, at) => `${at + 1}`.padStart(2, '0'));
    const zones = numbers.map((number) => `NARROW-${number}`);
    const cameras = await startRtspServer({
      streams: Object.fromEntries(
        zones.flatMap((zone) =>
          clips.map((_, layer) => [`/${zone}/${layer}`, film.stream(zone, layer)]),
        ),
      ),
    });
    const gateway = await startGateway({
      server: server.url,
      cameras: zones.map((zone, at) => ({
        ...{ name: `camera-${numbers[at]}`, zone },
        ...{ sub: cameras.url(`/${zone}/0`), url: cameras.url(`/${zone}/1`) },
      })),
    });
    return new NarrowSite(zones, film, { server, link, cameras, gateway });
  }

  private constructor(
    zones: readonly string[],
    film: Film,
    parts: { server: RunningServer; link: SlowLink; cameras: RtspServer; gateway: RunningGateway },
  ) {
    this.zones = zones;
    this.#film = film;
    this.#server = parts.server;
    this.#cameras = parts.cameras;
    this.link = parts.link;
    this.gateway = parts.gateway;
    this.#looks = setInterval(() => {
      this.waits.push({ at: performance.now(), wait: this.link.up.wait });
    }, lookInterval);
  }

  /** Somebody wants all zones large from now on. */
  async watch(): Promise<void> {
    setBindAddress(addresses.viewer);
    this.#viewer = new LightWatcher(this.#server.url, {
      onH264: wholePictures(({ zone }, pictures) => {
        const shown = listOf(this.shown, zone);
        // What is repaired comes late, and nobody holds the rest back for it here.
        pictures.reorders = true;
        pictures.patience = 500;
        pictures.onPicture = ({ units }) => {
          const seen = this.#film.find(zone, units);
          if (seen) shown.push(seen);
        };
      }),
    });
    const large = { width: 1280, height: 720, visible: true, focused: false };
    await this.#viewer.watch(this.zones.map((zone) => ({ zone, ...large })));
    await this.#viewer.connected();
  }

  /** What came of a zone in this time. */
  of(zone: string, from: number, to = performance.now()): Shown[] {
    return (this.shown.get(zone) ?? []).filter(({ at }) => at >= from && at < to);
  }

  /** The longest time without a whole picture, ms. */
  gap(zone: string, from: number, to = performance.now()): number {
    const times = this.of(zone, from, to).map(({ at }) => at);
    return longestGap(times, from, to);
  }

  /** The longest wait before the narrow stretch, and the usual one, ms. */
  waited(from: number, to = performance.now()): { most: number; usual: number } {
    const waits = this.waits
      .filter(({ at }) => at >= from && at < to)
      .map(({ wait }) => wait)
      .sort((a, b) => a - b);
    return { most: waits.at(-1) ?? 0, usual: waits[Math.floor(waits.length / 2)] ?? 0 };
  }

  /** What the administration's list says of the cameras. */
  reports(): Promise<SiteCameraReport[]> {
    return cameraReports(this.#server.url);
  }

  async close(): Promise<void> {
    clearInterval(this.#looks);
    this.#viewer?.close();
    setBindAddress(addresses.server);
    await this.gateway.end();
    this.link.close();
    await Promise.all([this.#server.stop(), this.#cameras.close()]);
  }
}

/** Tells pictures of clips by their contents, and when each was sent last. */
class Film {
  readonly #clips: readonly CameraClip[];
  readonly #places = new Map<string, { layer: number; place: number }>();
  readonly #sentAt = new Map<string, number>();

  constructor(clips: readonly CameraClip[]) {
    this.#clips = clips;
    for (const [layer, { pictures }] of clips.entries())
      for (const [place, { units }] of pictures.entries())
        this.#places.set(contentOf(units), { layer, place });
  }

  stream(zone: string, layer: number): Stream {
    const clip = this.#clips[layer]!;
    const { length } = clip.pictures;
    return {
      clip,
      sent: (count, at) => this.#sentAt.set(`${zone} ${layer} ${count % length}`, at),
    };
  }

  find(zone: string, units: readonly Buffer[]): Shown | undefined {
    const { layer, place } = this.#places.get(contentOf(units)) ?? {};
    if (layer === undefined) return undefined;
    const at = performance.now();
    return { at, layer, delay: at - (this.#sentAt.get(`${zone} ${layer} ${place}`) ?? at) };
  }
}

function contentOf(units: readonly Buffer[]): string {
  const slice = units.at(-1) ?? Buffer.alloc(0);
  return `${slice.length} ${slice.subarray(-24).toString('base64')}`;
}
