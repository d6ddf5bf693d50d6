/** A server with accounts, healthy zones, and zones whose cameras and viewers attack it. */
import type { RtpCapabilities } from '../../../server/contract/media.ts';
import { PageData, pageDataElementId } from '../../../server/contract/page.ts';
import { threeLayerClip } from '../peers/clip.ts';
import { LightPublisher } from '../peers/publisher.ts';
import { LightWatcher } from '../peers/watcher.ts';
import { startServer, type RunningServer } from '../server.ts';
import { setUp, Visitor } from '../visitor.ts';
import { FuzzedCamera, plans } from './cameras.ts';
import { Chance } from './random.ts';
import { FuzzedViewer } from './viewers.ts';

export interface Volume {
  seconds: number;
  rtp: number;
  rtcp: number;
}

/** Packets of each camera and viewer between two rests, and how long those are, ms. */
const pace = { camera: 10, viewer: 3, rest: 4 };

export class City {
  readonly server: RunningServer;
  readonly seed: number;
  readonly cameras: FuzzedCamera[] = [];
  readonly viewers: FuzzedViewer[] = [];
  readonly #healthy: LightPublisher[] = [];
  readonly #watchers: LightWatcher[] = [];
  readonly #administrator: Visitor;

  private constructor(server: RunningServer, seed: number, administrator: Visitor) {
    this.server = server;
    this.seed = seed;
    this.#administrator = administrator;
  }

  /** @param seed all that is sent follows from it, as far as the server's answers come alike */
  static async start(seed: number, kinds = Object.keys(plans)): Promise<City> {
    const server = await startServer({ TLS_ENABLED: 'false', ACCESS_MODE: 'accounts' });
    const administrator = await setUp(server);
    const city = new City(server, seed, administrator);
    try {
      await city.#settle(kinds);
      return city;
    } catch (error) {
      await city.close();
      throw error;
    }
  }

  /** Sends for so long. @param tell called each half a minute */
  async attack(duration: number, tell: (so: Volume) => void = () => {}): Promise<Volume> {
    const volume: Volume = { seconds: 0, rtp: 0, rtcp: 0 };
    const begun = performance.now();
    let told = begun;
    while (performance.now() - begun < duration) {
      for (const camera of this.cameras) {
        const { rtp, rtcp } = camera.attack(pace.camera);
        volume.rtp += rtp;
        volume.rtcp += rtcp;
      }
      for (const viewer of this.viewers) volume.rtcp += viewer.attack(pace.viewer);
      await new Promise((resolve) => setTimeout(resolve, pace.rest));
      volume.seconds = Math.round((performance.now() - begun) / 1000);
      if (performance.now() - told > 30_000) {
        told = performance.now();
        tell(volume);
      }
      if (this.deaths.length > 0) break;
    }
    return volume;
  }

  /** What the log says of workers that have ended or were ended. */
  get deaths(): Record<string, unknown>[] {
    return this.server.log.filter(({ msg }) => /^media worker (died|does not)/.test(String(msg)));
  }

  /** Packets of the healthy zones that have come to their viewers. */
  healthy(): number[] {
    return this.#watchers.map((watcher) => watcher.received().packets);
  }

  async close(): Promise<void> {
    for (const one of [...this.cameras, ...this.viewers, ...this.#healthy, ...this.#watchers]) {
      one.close();
    }
    await this.server.stop();
  }

  async #settle(kinds: string[]): Promise<void> {
    const { url } = this.server;
    const { secret } = await this.#administrator.addKey('camera', '*');
    const headers = { authorization: `Bearer ${secret}` };
    // Zones fill the workers in turn, so each has a healthy one.
    for (const zone of ['HEALTHY-CAM-1', 'HEALTHY-CAM-2']) {
      this.#healthy.push(await LightPublisher.start(url, zone, threeLayerClip(), headers));
      const watcher = new LightWatcher(url, { headers: this.#administrator.headers });
      this.#watchers.push(watcher);
      await watcher.watch(zone);
      await watcher.connected();
    }
    const page = await this.#administrator.request<string>('GET', '/');
    const json = new RegExp(`id="${pageDataElementId}">(.*?)</script>`).exec(page)?.[1] ?? '';
    const capabilities = PageData.parse(JSON.parse(json)).rtpCapabilities as RtpCapabilities;
    const chance = (number: number): Chance => new Chance(this.seed + number);
    const zones: string[] = [];
    for (const [at, kind] of kinds.entries()) {
      const plan = plans[kind];
      if (!plan) throw new Error(`there is no ${kind}`);
      const zone = `FUZZ-${kind}-${at + 1}`;
      this.cameras.push(await FuzzedCamera.start(url, zone, plan, chance(at), headers));
      zones.push(zone);
    }
    // Wherever a viewer is, half of the zones are piped to it. The second has one zone only.
    for (const [at, watched] of [zones, zones.slice(0, 1), [...zones].reverse()].entries()) {
      this.viewers.push(
        await FuzzedViewer.start(
          url,
          watched,
          capabilities,
          chance(1000 + at),
          this.#administrator.headers,
        ),
      );
    }
  }
}
