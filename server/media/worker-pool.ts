/** The mediasoup workers: one per core, each with one router and one WebRtcServer on fixed ports. */
import { availableParallelism } from 'node:os';
import * as mediasoup from 'mediasoup';
import type { Logger } from 'pino';
import type { Settings } from '../config.ts';
import { StartupError } from '../startup-error.ts';
import { ownAddresses } from './addresses.ts';
import { routerCodecs } from './codecs.ts';

export interface MediaWorker {
  readonly index: number;
  readonly pid: number;
  readonly worker: mediasoup.types.Worker;
  readonly router: mediasoup.types.Router;
  readonly server: mediasoup.types.WebRtcServer;
  /** Consumers on this worker: the measure of its load. */
  consumers: number;
}

/**
 * Key frames of many cameras come in bursts, and what does not fit is lost; the kernel gives at most
 * net.core.rmem_max and wmem_max. Bytes.
 */
const socketBuffers = { recvBufferSize: 4_000_000, sendBufferSize: 4_000_000 };
const respawnDelay = { first: 0, next: 1000 }; // ms

export class WorkerPool {
  readonly #settings: Settings['media'];
  readonly #log: Logger;
  readonly #onWorker: (worker: MediaWorker) => void;
  readonly #workers: (MediaWorker | undefined)[] = [];
  readonly #waiting = new Set<() => void>();
  #closed = false;

  private constructor(
    settings: Settings['media'],
    log: Logger,
    onWorker: (worker: MediaWorker) => void,
  ) {
    this.#settings = settings;
    this.#log = log;
    this.#onWorker = onWorker;
  }

  /**
   * @param onWorker told of each worker that starts, also in place of one that died
   * @throws StartupError when a worker or its ports cannot be had
   */
  static async start(
    settings: Settings['media'],
    log: Logger,
    onWorker: (worker: MediaWorker) => void = () => {},
  ): Promise<WorkerPool> {
    const pool = new WorkerPool(settings, log, onWorker);
    const count = settings.workers === 0 ? availableParallelism() : settings.workers;
    try {
      const started = await Promise.allSettled(
        Array.from({ length: count }, (_, index) => pool.#spawn(index)),
      );
      for (const outcome of started) if (outcome.status === 'rejected') throw outcome.reason;
    } catch (error) {
      pool.close();
      const reason = error instanceof Error ? error.message : String(error);
      if (reason.startsWith('spawn ')) {
        throw new StartupError(
          `The media worker program cannot be run (${reason}): start with \`npm start\`, which gets one, or name one with MEDIASOUP_WORKER_BIN.`,
        );
      }
      throw new StartupError(
        `The media workers cannot start on media.port ${settings.port} (and the ${count - 1} after it) ` +
          `of media.listen: ${reason}. Choose other ports with SURVEILLANCE_MEDIA_PORT.`,
      );
    }
    return pool;
  }

  /** How many workers there should be. */
  get size(): number {
    return this.#workers.length;
  }

  get alive(): MediaWorker[] {
    return this.#workers.filter((worker) => worker !== undefined);
  }

  /** The worker with the fewest consumers, waiting for one (at most 5 s) when all have died. */
  async leastLoaded(): Promise<MediaWorker | undefined> {
    if (this.alive.length === 0 && !this.#closed) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 5000);
        this.#waiting.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    return this.alive.reduce<MediaWorker | undefined>(
      (best, worker) => (best && best.consumers <= worker.consumers ? best : worker),
      undefined,
    );
  }

  close(): void {
    this.#closed = true;
    for (const { worker } of this.alive) worker.close();
  }

  async #spawn(index: number): Promise<void> {
    this.#workers[index] ??= undefined;
    const worker = await mediasoup.createWorker({
      // mediasoup reads this variable when it is loaded, which may be before set-up has chosen.
      workerBin: process.env.MEDIASOUP_WORKER_BIN,
      logLevel: 'warn',
      logTags: ['ice', 'dtls', 'srtp'],
    });
    worker.on('died', (error) => this.#died(index, worker.pid, error));
    try {
      const [router, server] = await Promise.all([
        worker.createRouter({ mediaCodecs: routerCodecs }),
        worker.createWebRtcServer({ listenInfos: this.#listenInfos(index) }),
      ]);
      const ready = { index, pid: worker.pid, worker, router, server, consumers: 0 };
      this.#workers[index] = ready;
      this.#onWorker(ready);
    } catch (error) {
      worker.close();
      throw error;
    }
    if (this.#closed) worker.close();
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  #died(index: number, pid: number, error: Error): void {
    this.#workers[index] = undefined;
    if (this.#closed) return;
    this.#log.error(
      { worker: index, pid, reason: error.message },
      'media worker died; replacing it',
    );
    this.#respawn(index, respawnDelay.first);
  }

  #respawn(index: number, delay: number): void {
    setTimeout(() => {
      if (this.#closed) return;
      this.#spawn(index).then(
        () =>
          this.#log.info(
            { worker: index, pid: this.#workers[index]?.pid },
            'media worker replaced',
          ),
        (error: unknown) => {
          this.#log.error({ worker: index, err: error }, 'media worker not replaced; trying again');
          this.#respawn(index, respawnDelay.next);
        },
      );
    }, delay);
  }

  #listenInfos(index: number): mediasoup.types.TransportListenInfo[] {
    const listen =
      this.#settings.listen.length > 0
        ? this.#settings.listen
        : ownAddresses().map((address) => ({ address, announced: undefined }));
    const port = this.#settings.port === 0 ? {} : { port: this.#settings.port + index };
    return (['udp', 'tcp'] as const).flatMap((protocol) =>
      listen.map(({ address, announced }) => ({
        protocol,
        ip: address,
        ...(announced === undefined ? {} : { announcedAddress: announced }),
        ...port,
        ...(protocol === 'udp' ? socketBuffers : {}),
      })),
    );
  }
}
