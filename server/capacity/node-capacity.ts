/**
 * Measures how near this node is to full, and refuses new work by rank when it is. A media worker that is full is full
 * for what would land on it, even while others idle; the line, the number of consumers and the process itself are the whole
 * node's.
 */
import type { Logger } from 'pino';
import { RefusedError } from '../contract/errors.ts';
import type { NodeId } from '../contract/node.ts';
import { ranks, type Rank } from '../contract/rank.ts';
import type { Trouble } from '../health.ts';
import { jittered } from '../jitter.ts';
import type { LineLoad } from '../media/network-line.ts';
import type { WorkerLoad } from '../media/plane.ts';
import type { Capacity, NewWork } from './capacity.ts';
import { LinePressure } from './line-pressure.ts';
import { ProcessPressure } from './process-pressure.ts';
import { thresholds } from './thresholds.ts';
import { WorkerPressure } from './worker-pressure.ts';

export interface CapacityLimits {
  /** Share of a core at which a media worker is full. */
  readonly workerCpu: number;
  /** Share of a core at which the process itself is full. */
  readonly processCpu: number;
  /** Consumers of the whole node. */
  readonly consumers: number;
  /** Time over which measures are means, ms. */
  readonly window: number;
}

export interface CapacityParts {
  /** Of the workers that run; of a silent one, as it was last known. */
  readonly workers: () => WorkerLoad[];
  /** Empty where it is not known what the line carries. */
  readonly line: () => LineLoad[];
  /** CPU time of this process' thread so far, ms. */
  readonly process: () => number;
  readonly log: Logger;
  /** Told of each that is refused. */
  readonly refused: (rank: Rank) => void;
}

/** By measure; 1 is full. */
export interface Measures {
  readonly workers: Readonly<Record<number, number>>;
  readonly line: number;
  readonly consumers: number;
  readonly process: number;
}

/** When whoever was refused may ask again, ms: each at another time, so that they do not all ask at once. */
const retry = { mean: 6000, spread: 0.5 };

/** Looks within one window of the measures. */
const looks = 5;

/** What is refused, as people call it. */
const newOnes: Record<Rank, string> = {
  wall: 'new walls',
  operator: 'new viewers',
  supervisor: 'new viewers',
  camera: 'new cameras',
};

/** Ranks, as the administrator reads them. */
const named: Record<Rank, string> = {
  wall: 'walls',
  operator: 'operators',
  supervisor: 'supervisors',
  camera: 'cameras',
};

export class NodeCapacity implements Capacity {
  /** Told after each look. */
  onLook: () => void = () => {};
  /** Which other node takes such work, if there are others: its name, or undefined where none does. */
  elsewhere: ((rank: Rank) => NodeId | undefined) | undefined;
  readonly #limits: CapacityLimits;
  readonly #parts: CapacityParts;
  readonly #line: LinePressure;
  readonly #process: ProcessPressure;
  readonly #workers = new Map<number, WorkerPressure>();
  /** In place of one that has come since the last look. */
  readonly #unseen: WorkerPressure;
  readonly #looking: NodeJS.Timeout;
  #looked = performance.now();
  /** Tiles that are let in and have no consumer yet. */
  #beginning = 0;
  /** What was refused at the last look, for the log. */
  #said = '';

  constructor(limits: CapacityLimits, parts: CapacityParts) {
    this.#limits = limits;
    this.#parts = parts;
    this.#line = new LinePressure(limits.window);
    this.#process = new ProcessPressure(limits.processCpu, limits.window);
    this.#unseen = new WorkerPressure(limits.workerCpu, limits.window);
    this.#look();
    this.#looking = setInterval(() => this.#look(), limits.window / looks).unref();
  }

  close(): void {
    clearInterval(this.#looking);
  }

  admit(work: NewWork): () => void {
    const { rank, worker: index, tiles } = work;
    const now = performance.now();
    const worker = this.#workers.get(index) ?? this.#unseen;
    if (!worker.refusing.takes(rank, this.#expected(worker, tiles))) {
      this.#parts.refused(rank);
      throw this.#refusal(work);
    }
    worker.landed(now, tiles);
    this.#line.landed(now, tiles);
    this.#process.landed(now);
    this.#beginning += tiles;
    let begins = true;
    return () => {
      if (begins) this.#beginning -= tiles;
      begins = false;
    };
  }

  loweredShare(worker: number): number {
    return this.#workers.get(worker)?.lowering.share ?? 0;
  }

  /** Whether a worker is too full for more viewers, so that they are better off at another one. */
  isFull(worker: number): boolean {
    const { measured = 0 } = this.#workers.get(worker) ?? {};
    return measured >= thresholds.lower;
  }

  /** How near it is to full for what comes, 0 to 1 and more: that of the worker with the most room. */
  get pressure(): number {
    if (this.#workers.size === 0) return 1;
    return Math.min(...[...this.#workers.values()].map((worker) => this.#expected(worker, 0)));
  }

  /** What would be taken now. */
  get takes(): Rank[] {
    return this.#takenWithin(0);
  }

  /** What others may send here: not what would be refused a moment later. */
  get welcomes(): Rank[] {
    return this.#takenWithin(thresholds.slack);
  }

  get measures(): Measures {
    const workers = [...this.#workers].map(([index, { measured }]) => [index, measured] as const);
    return {
      workers: Object.fromEntries(workers),
      line: this.#line.measured,
      consumers: this.#consumers(0),
      process: this.#process.measured,
    };
  }

  /** What is full, and whose joins are refused because of it; undefined while all is taken. */
  get trouble(): Trouble | undefined {
    const { takes } = this;
    const refused = ranks.filter((rank) => !takes.includes(rank));
    // Without a worker nothing is full; that there is none is told elsewhere.
    if (refused.length === 0 || this.#workers.size === 0) return undefined;
    const { workers, line, consumers, process } = this.measures;
    const percent = (share: number): string => `${Math.round(share * 100)} %`;
    const parts = [
      `media workers ${Object.values(workers).map(percent).join(', ')}`,
      `line ${percent(line)}`,
      `consumers ${percent(consumers)}`,
      `own process ${percent(process)}`,
    ].join('; ');
    const whose = refused.map((rank) => named[rank]).join(', ');
    const reason = `It is full (${parts} of what it may do), so what begins is refused to ${whose}.`;
    // It is no reason to send everybody elsewhere: what flows goes on, and whoever is refused is told where to go.
    return { reason, stopsJoins: false, stops: refused };
  }

  #look(): void {
    const now = performance.now();
    const time = now - this.#looked;
    this.#looked = now;
    const loads = this.#parts.workers();
    for (const load of loads) {
      const { workerCpu, window } = this.#limits;
      const worker = this.#workers.get(load.index) ?? new WorkerPressure(workerCpu, window);
      this.#workers.set(load.index, worker);
      worker.read(load);
    }
    for (const index of this.#workers.keys()) {
      if (!loads.some((load) => load.index === index)) this.#workers.delete(index);
    }
    this.#line.read(now, this.#parts.line(), consumersOf(loads));
    this.#process.read(now, this.#parts.process());
    for (const worker of this.#workers.values()) {
      worker.refusing.look(this.#expected(worker, 0));
      const { measured } = worker;
      // Not by the process: smaller pictures are as much work for it.
      worker.lowering.look(Math.max(measured, this.#line.measured, this.#consumers(0)), time);
    }
    this.#say();
    this.onLook();
  }

  /** @param slack how far below its threshold the pressure has to be */
  #takenWithin(slack: number): Rank[] {
    return ranks.filter((rank) =>
      [...this.#workers.values()].some((worker) =>
        worker.refusing.takes(rank, this.#expected(worker, tilesOf(rank)) + slack),
      ),
    );
  }

  #expected(worker: WorkerPressure, tiles: number): number {
    const now = performance.now();
    return Math.max(
      worker.expected(now, tiles),
      this.#line.expected(now, tiles),
      this.#consumers(tiles),
      this.#process.expected(now),
    );
  }

  /** Counted, not smoothed: as many as there may be, and no more. */
  #consumers(tiles: number): number {
    const all = consumersOf(this.#parts.workers()) + this.#beginning + tiles;
    return all / this.#limits.consumers;
  }

  #refusal({ rank, grows }: NewWork): RefusedError {
    const wait = Math.round(jittered(retry.mean, retry.spread));
    const refuse = (message: string, node?: NodeId): RefusedError =>
      new RefusedError('unavailable', message, node, wait);
    if (grows) return refuse('The server is full: it sends no more pictures at the moment.');
    const what = newOnes[rank];
    if (!this.elsewhere) return refuse(`The server is full: it takes no ${what} at the moment.`);
    const node = this.elsewhere(rank);
    return node === undefined
      ? refuse(`All nodes are full: none takes ${what} at the moment.`)
      : refuse(`This node is full; ${node} takes ${what}.`, node);
  }

  #say(): void {
    const trouble = this.trouble;
    const { takes } = this;
    const said = takes.join();
    if (said === this.#said) return;
    if (trouble) this.#parts.log.warn({ takes, ...this.measures }, 'the node is full');
    else if (this.#said !== '') this.#parts.log.info('the node is not full any more');
    this.#said = said;
  }
}

function consumersOf(loads: WorkerLoad[]): number {
  return loads.reduce((sum, { consumers }) => sum + consumers, 0);
}

function tilesOf(rank: Rank): number {
  return rank === 'camera' ? 0 : 1;
}
