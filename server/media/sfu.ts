/** The selective forwarding unit: where zones live, and connections to them. */
import type { Logger } from 'pino';
import type { Settings } from '../config.ts';
import { RefusedError } from '../contract/errors.ts';
import type { IceServer, RtpCapabilities } from '../contract/media.ts';
import type { ZoneId } from '../contract/zone.ts';
import { MediaPipePlane } from './between-nodes/pipe-plane.ts';
import { offeredCapabilities } from './capabilities.ts';
import { Pipes } from './pipes.ts';
import type { MediaPlane, PipeListening, PipePlane, WorkerLoad } from './plane.ts';
import { MediaTransport } from './transport.ts';
import { answerOf } from './answer.ts';
import { WorkerPool, type MediaWorker, type PoolEvents } from './worker-pool.ts';
import type { WorkerReport } from './worker-report.ts';

export class Sfu implements MediaPlane {
  /** What every router can route; the same for each zone. */
  readonly rtpCapabilities: RtpCapabilities;
  /** Which program its workers are. */
  readonly program: WorkerReport;
  /** Whether a worker, by number, has so much to do that what comes is better off at another one. */
  isFull: (worker: number) => boolean = () => false;
  readonly #pool: WorkerPool;
  readonly #settings: Settings['media'];
  readonly #pipes = new Pipes();
  readonly #homes = new Map<ZoneId, MediaWorker>();

  private constructor(pool: WorkerPool, settings: Settings['media']) {
    this.#pool = pool;
    this.#settings = settings;
    const [worker] = pool.alive;
    if (!worker) throw new Error('no media worker runs');
    this.program = worker.report;
    this.rtpCapabilities = offeredCapabilities(worker.router, worker.report.parts);
  }

  static async start(settings: Settings['media'], log: Logger, events?: PoolEvents): Promise<Sfu> {
    return new Sfu(await WorkerPool.start(settings, log, events), settings);
  }

  /** The workers that are dead or silent, by number; none while all is well. */
  get troubled(): { dead: number[]; silent: number[] } {
    const { size, alive } = this.#pool;
    const numbers = Array.from({ length: size }, (_, index) => index);
    return {
      dead: numbers.filter((number) => !alive.some(({ index }) => index === number)),
      silent: alive.filter(({ answers }) => !answers).map(({ index }) => index),
    };
  }

  get workerPids(): number[] {
    return this.#pool.alive.map(({ pid }) => pid);
  }

  /** What the workers have to do; of one that is silent, as of its last answer, since it is busy most of all. */
  get loads(): WorkerLoad[] {
    return this.#pool.alive.map(({ index, usage, consumers }) => ({
      ...{ index, consumers },
      ...{ cpu: usage.ru_utime + usage.ru_stime, at: usage.at },
    }));
  }

  get usesOfferedNumbers(): boolean {
    return this.program.parts.includes('offered-numbers');
  }

  get tellsByPayloadType(): boolean {
    return this.program.parts.includes('payload-types');
  }

  landingOfCamera(zone: ZoneId): number | undefined {
    const home = this.#knownHome(zone, 'camera') ?? this.#pool.freest(this.#hasNoRoom);
    return home?.index;
  }

  landingOfViewer(zones: ZoneId[]): number | undefined {
    const homes = zones.flatMap((zone) => this.#knownHome(zone) ?? []);
    const freest = this.#pool.freest(this.#hasNoRoom);
    const home = homes.length > 0 ? mostCommon(homes) : freest;
    return home && this.#withRoom(home, freest).index;
  }

  /**
   * A connection for the camera of a zone: always on the zone's own worker.
   * @param most that it is asked to send, bit/s
   */
  async openForCamera(
    zone: ZoneId,
    most: number,
    iceServers: IceServer[],
  ): Promise<MediaTransport> {
    const transport = await this.#open(await this.#home(zone, 'camera'), iceServers);
    try {
      await transport.limitIncoming(most);
      return transport;
    } catch (error) {
      transport.close();
      throw error;
    }
  }

  /**
   * A connection for a viewer of these zones: on the worker where most of them live, so that few have to
   * be piped, or on a freer one when that is full.
   */
  async openForViewer(zones: ZoneId[], iceServers: IceServer[]): Promise<MediaTransport> {
    const homes = await Promise.all(zones.map((zone) => this.#home(zone)));
    const worker = this.#withRoom(mostCommon(homes), this.#pool.freest(this.#hasNoRoom));
    return this.#open(worker, iceServers);
  }

  /** Whose packets come by a transport between workers: the producer that the camera made. */
  producerOf(transportId: string): string | undefined {
    return this.#pipes.producerOf(transportId);
  }

  /** Forgets where a zone lived, once nobody is in it. */
  forget(zone: ZoneId): void {
    this.#homes.delete(zone);
  }

  pipesAt(listening: PipeListening): PipePlane {
    return new MediaPipePlane(listening, (zone) => this.#home(zone));
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  /** A camera brings its viewers after it, so it does not come to a worker that is full where there is another. */
  #knownHome(zone: ZoneId, who: 'camera' | 'others' = 'others'): MediaWorker | undefined {
    const known = this.#homes.get(zone);
    if (!known || !this.#pool.answering.includes(known)) return undefined;
    return who === 'camera' && this.#hasNoRoom(known) ? undefined : known;
  }

  /** @param freest of all workers */
  #withRoom(home: MediaWorker, freest: MediaWorker | undefined): MediaWorker {
    const many = home.consumers >= this.#settings.consumers_per_worker;
    const elsewhere = freest && (many || this.#hasNoRoom(home)) && !this.#hasNoRoom(freest);
    return elsewhere ? freest : home;
  }

  readonly #hasNoRoom = ({ index }: MediaWorker): boolean => this.isFull(index);

  async #home(zone: ZoneId, who: 'camera' | 'others' = 'others'): Promise<MediaWorker> {
    const known = this.#knownHome(zone, who);
    if (known) return known;
    const zonesOn = (worker: MediaWorker): number =>
      [...this.#homes.values()].filter((home) => home === worker).length;
    const loaded = await this.#pool.freestOnceThere(this.#hasNoRoom);
    if (!loaded) throw new RefusedError('unavailable', 'No media worker runs; try again shortly.');
    // Among equally loaded workers, the one with fewer zones: zones fill up at different times.
    const home = this.#pool.answering
      .filter((worker) => worker.consumers === loaded.consumers && !this.#hasNoRoom(worker))
      .reduce((best, worker) => (zonesOn(worker) < zonesOn(best) ? worker : best), loaded);
    this.#homes.set(zone, home);
    return home;
  }

  async #open(home: MediaWorker, iceServers: IceServer[]): Promise<MediaTransport> {
    try {
      const transport = await answerOf(home, () =>
        home.router.createWebRtcTransport({
          webRtcServer: home.server,
          enableUdp: true,
          enableTcp: true,
          preferUdp: true,
          initialAvailableOutgoingBitrate: this.#settings.initial_viewer_bitrate,
        }),
      );
      return new MediaTransport(transport, home, this.#pipes, iceServers);
    } catch (error) {
      if (!home.worker.closed && !home.worker.died) throw error;
      throw new RefusedError(
        'unavailable',
        'The media worker is being replaced; try again shortly.',
      );
    }
  }
}

/** @param values at least one */
function mostCommon<T>(values: T[]): T {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
}
