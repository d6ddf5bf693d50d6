/** Asks a media worker at intervals, since a hung one cannot be told from a quiet one otherwise. */
import { readFileSync } from 'node:fs';
import type { types } from 'mediasoup';

const interval = { ask: 500, look: 250 }; // ms
/** How long an answer may take, ms: until it counts as silent, and until it is given up. */
const silence = { noticed: 1500, givenUp: 2500 };
/** One that only waits for a processor is given more time: replacing it would make a busy machine busier. */
const busyGivenUp = 10_000; // ms

export type Usage = Pick<types.WorkerResourceUsage, 'ru_utime' | 'ru_stime'> & {
  /** When it was read, ms of `performance.now()`. */
  readonly at: number;
};

export class Heartbeat {
  /** As of the last answer. */
  usage: Usage = { ru_utime: 0, ru_stime: 0, at: performance.now() };
  readonly #worker: types.Worker;
  readonly #onGivenUp: (silent: number) => void;
  #clock: NodeJS.Timeout | undefined;
  #givenUp = silence.givenUp;
  #askedAt: number | undefined;
  #answeredAt = 0;
  #lookedAt = 0;

  /** @param onGivenUp called once, with how long it has been silent, ms */
  constructor(worker: types.Worker, onGivenUp: (silent: number) => void) {
    this.#worker = worker;
    this.#onGivenUp = onGivenUp;
    worker.observer.once('close', () => this.end());
  }

  /**
   * Resolves with the first answer, and goes on asking.
   * @param startTime for that one, ms: a worker that has just come up is given more time than later
   */
  async begin(startTime: number): Promise<void> {
    this.#lookedAt = performance.now();
    this.#clock = setInterval(() => this.#look(), interval.look);
    this.#givenUp = Math.max(silence.givenUp, startTime);
    await this.#ask();
    this.#givenUp = silence.givenUp;
  }

  end(): void {
    clearInterval(this.#clock);
  }

  /** Whether it answered lately. */
  get answers(): boolean {
    return this.#silent() < silence.noticed;
  }

  #silent(): number {
    return this.#askedAt === undefined ? 0 : performance.now() - this.#askedAt;
  }

  async #ask(): Promise<void> {
    this.#askedAt = performance.now();
    const { ru_utime, ru_stime } = await this.#worker.getResourceUsage();
    this.#askedAt = undefined;
    this.#answeredAt = performance.now();
    this.usage = { ru_utime, ru_stime, at: this.#answeredAt };
  }

  #look(): void {
    const now = performance.now();
    const late = now - this.#lookedAt - interval.look;
    this.#lookedAt = now;
    if (this.#askedAt === undefined) {
      // A worker that dies meanwhile says so itself.
      if (now - this.#answeredAt >= interval.ask) this.#ask().catch(() => {});
      return;
    }
    // While this process itself stood still it could not hear the answer, which may be there by now.
    if (late > interval.look) this.#askedAt += late;
    const silent = this.#silent();
    if (silent < this.#givenUp) return;
    if (silent < busyGivenUp && stateOf(this.#worker.pid) === 'R') return;
    this.end();
    this.#onGivenUp(Math.round(silent));
  }
}

/** As in proc(5): R runs or waits for a processor, S sleeps, T is stopped; undefined when it is not known. */
function stateOf(pid: number): string | undefined {
  try {
    return /^\d+ \(.*\) (\w)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
  } catch {
    return undefined; // It has just ended, or this process may open no more files.
  }
}
