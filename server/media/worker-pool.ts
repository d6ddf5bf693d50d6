/** The mediasoup workers: one per core, each with one router and one WebRtcServer on fixed ports. */
import { availableParallelism } from 'node:os';
import type { types } from 'mediasoup';
import type { Logger } from 'pino';
import type { Settings } from '../config.ts';
import { messageOf } from '../contract/errors.ts';
import { startTime } from '../starting.ts';
import { StartupError } from '../startup-error.ts';
import { answerOf } from './answer.ts';
import { routerCodecs } from './codecs.ts';
import type { Dropped, InHand, Kept } from './plane.ts';
import { listenInfos } from './listening.ts';
import { Heartbeat, type Usage } from './heartbeat.ts';
import { startWorkerProgram, type WorkerProgram } from './worker-program.ts';
import type { WorkerReport } from './worker-report.ts';

export interface MediaWorker {
  readonly index: number;
  readonly pid: number;
  /** Which program it is. */
  readonly report: WorkerReport;
  readonly worker: types.Worker;
  readonly router: types.Router;
  readonly server: types.WebRtcServer;
  /** Whether it answers; one that does not for long is replaced. */
  readonly answers: boolean;
  /** Processor time so far, as of its last answer. */
  readonly usage: Usage;
  /** Consumers on this worker: the measure of its load. */
  consumers: number;
}

const respawnDelay = { first: 0, least: 500, most: 5000 }; // ms
/**
 * For one in place of another to come up, ms: one that hangs is tried anew, and longer each time, up to what the
 * server's own start gives it, so that a busy machine gets there.
 */
const respawnTime = 5000;
/** For what a worker that is told to end still does, ms. */
const ending = 500;
/** One that is killed is gone at once, unless the system itself hangs with it; ms. */
const dying = 1000;

/** Told of each worker that starts, also in place of another, and of what others did to them. */
export interface PoolEvents {
  started(worker: MediaWorker): void;
  hung(): void;
  /** Packets that a worker could not handle. */
  dropped(dropped: Dropped): void;
  /** What a worker keeps for newcomers has changed, or some were sent it. */
  kept(worker: number, kept: Kept): void;
  /** A worker has ended with a packet in hand. */
  ended(by: InHand): void;
}
const nobody: PoolEvents = {
  started: () => {},
  hung: () => {},
  dropped: () => {},
  kept: () => {},
  ended: () => {},
};

export class WorkerPool {
  readonly #settings: Settings['media'];
  readonly #log: Logger;
  readonly #events: PoolEvents;
  readonly #workers: (MediaWorker | undefined)[] = [];
  readonly #programs = new Set<WorkerProgram>();
  readonly #waiting = new Set<() => void>();
  #closed = false;

  private constructor(settings: Settings['media'], log: Logger, events: PoolEvents) {
    this.#settings = settings;
    this.#log = log;
    this.#events = events;
  }

  /** @throws StartupError when a worker or its ports cannot be had */
  static async start(
    settings: Settings['media'],
    log: Logger,
    events: PoolEvents = nobody,
  ): Promise<WorkerPool> {
    const pool = new WorkerPool(settings, log, events);
    const count = settings.workers === 0 ? availableParallelism() : settings.workers;
    try {
      const started = await Promise.allSettled(
        Array.from({ length: count }, (_, index) => pool.#spawn(index, startTime)),
      );
      for (const outcome of started) if (outcome.status === 'rejected') throw outcome.reason;
    } catch (error) {
      await pool.close();
      if (error instanceof StartupError) throw error;
      const reason = messageOf(error);
      if (/EMFILE|ENFILE|too many open files/i.test(reason)) {
        throw new StartupError(
          `The limit of open files is too low for ${count} media workers: raise it (\`ulimit -n 65536\`, or LimitNOFILE in the unit), or set SURVEILLANCE_MEDIA_WORKERS to fewer.`,
        );
      }
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

  /** Those that can be asked for something. */
  get answering(): MediaWorker[] {
    return this.alive.filter(({ answers }) => answers);
  }

  /**
   * Of those with room, the worker with the fewest consumers.
   * @param isFull whether a worker has no room; where none has any, all are looked at
   */
  freest(isFull: (worker: MediaWorker) => boolean): MediaWorker | undefined {
    const { answering } = this;
    const roomy = answering.filter((worker) => !isFull(worker));
    return (roomy.length > 0 ? roomy : answering).reduce<MediaWorker | undefined>(
      (best, worker) => (best && best.consumers <= worker.consumers ? best : worker),
      undefined,
    );
  }

  /** The same, waiting for one (at most 5 s) when all have died or hang. */
  async freestOnceThere(
    isFull: (worker: MediaWorker) => boolean,
  ): Promise<MediaWorker | undefined> {
    if (this.answering.length === 0 && !this.#closed) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 5000);
        this.#waiting.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    return this.freest(isFull);
  }

  /** Resolves when no worker runs any more, whatever they do: in about half a second at most. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#programs].map((program) => program.end(ending)));
  }

  /** @param time for each thing that a start waits for, ms */
  async #spawn(index: number, time: number): Promise<void> {
    this.#workers[index] ??= undefined;
    const program = await startWorkerProgram(this.#settings.worker, undefined, time);
    const { worker, words, report } = program;
    this.#programs.add(program);
    if (words) {
      words.onDropped = (dropped) => this.#events.dropped(dropped);
      words.onKept = (kept) => this.#events.kept(index, kept);
    }
    worker.once('subprocessclose', () => this.#ended(program));
    const heartbeat = new Heartbeat(worker, (silent) => this.#giveUp(index, program, silent));
    worker.on('died', (error) => this.#died(index, worker.pid, error));
    const starting = { answers: true };
    try {
      const [router, server] = await Promise.all([
        answerOf(starting, () => worker.createRouter({ mediaCodecs: routerCodecs }), time),
        answerOf(
          starting,
          async () =>
            worker.createWebRtcServer({ listenInfos: await listenInfos(this.#settings, index) }),
          time,
        ),
        answerOf(starting, () => heartbeat.begin(time), time),
      ]);
      const ready: MediaWorker = {
        ...{ index, pid: worker.pid, report, worker, router, server, consumers: 0 },
        get answers() {
          return heartbeat.answers;
        },
        get usage() {
          return heartbeat.usage;
        },
      };
      this.#workers[index] = ready;
      this.#events.started(ready);
    } catch (error) {
      await program.end(0);
      throw error;
    }
    if (this.#closed) worker.close();
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  #giveUp(index: number, program: WorkerProgram, silent: number): void {
    const { worker } = program;
    const { pid } = worker;
    this.#events.hung();
    this.#log.error({ worker: index, pid, silent }, 'media worker does not answer; killing it');
    program.kill();
    setTimeout(() => {
      if (worker.died || worker.closed) return;
      worker.close();
      this.#died(index, pid, new Error('it could not be killed'));
    }, dying);
  }

  #died(index: number, pid: number, error: Error): void {
    if (this.#workers[index]?.pid !== pid) return; // It never came up; whoever started it tries again.
    this.#workers[index] = undefined;
    if (this.#closed) return;
    this.#log.error(
      { worker: index, pid, reason: error.message },
      'media worker died; replacing it',
    );
    this.#respawn(index, respawnDelay.first, respawnTime);
  }

  /** All that it has said is there. */
  #ended(program: WorkerProgram): void {
    this.#programs.delete(program);
    const inHand = program.words?.inHand;
    if (inHand && !this.#closed) this.#events.ended(inHand);
  }

  /**
   * @param delay before it, ms
   * @param time until it is up, ms
   * @param said why it failed the last time, which is not said again
   */
  #respawn(index: number, delay: number, time: number, said?: string): void {
    setTimeout(() => {
      if (this.#closed) return;
      this.#spawn(index, time).then(
        () =>
          this.#log.info(
            { worker: index, pid: this.#workers[index]?.pid },
            'media worker replaced',
          ),
        (error: unknown) => {
          const reason = String(error);
          if (reason !== said) {
            this.#log.error(
              { worker: index, err: error },
              'media worker not replaced; trying again',
            );
          }
          const next = Math.min(respawnDelay.most, Math.max(respawnDelay.least, delay * 2));
          this.#respawn(index, next, Math.min(startTime, 2 * time), reason);
        },
      );
    }, delay);
  }
}
