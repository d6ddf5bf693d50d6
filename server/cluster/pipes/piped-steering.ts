/** Steering of a zone whose camera is at another node: what is asked here goes there over the channel of its pipe. */
import { RefusedError, type RequestFault } from '../../contract/errors.ts';
import type { EdgeMessage, PipedSteer, SteeringThere } from '../../contract/pipe.ts';
import type { Move, PresetChange } from '../../contract/steering.ts';
import type { Steerer, SteeringNow, ZoneSteering } from '../../zones/steering.ts';

/** For how long an answer is waited for, ms: the camera's node waits for less. */
const longest = 7000;
/** Most questions without an answer. */
const mostPending = 1000;

interface Pending {
  readonly done: () => void;
  readonly failed: (error: RefusedError) => void;
  readonly timer: NodeJS.Timeout;
}

export class PipedSteering implements ZoneSteering {
  readonly #say: (message: EdgeMessage) => void;
  readonly #pending = new Map<number, Pending>();
  /** Who has steered by what, here. */
  readonly #by = new Map<object, Set<string>>();
  #asked = 0;
  #now: SteeringThere;
  /** ms of `performance.now()` */
  #toldAt = performance.now();

  constructor(now: SteeringThere, say: (message: EdgeMessage) => void) {
    this.#now = now;
    this.#say = say;
  }

  get now(): SteeringNow {
    const { hand, ...camera } = this.#now;
    const age = performance.now() - this.#toldAt;
    return { ...camera, hand: hand && { ...hand, until: Math.max(0, hand.until - age) } };
  }

  /** The camera's node says how it is. */
  told(now: SteeringThere): void {
    this.#now = now;
    this.#toldAt = performance.now();
  }

  steer(by: Steerer, number: number, move: Move): Promise<void> {
    return this.#ask(by, { kind: 'move', number, move });
  }

  change(by: Steerer, change: PresetChange): Promise<void> {
    return this.#ask(by, { kind: 'presets', change });
  }

  release(holder: string): void {
    this.#say({ type: 'steer-end', holder, left: false });
  }

  left(via: object): void {
    const all = this.#by.get(via);
    this.#by.delete(via);
    for (const holder of all ?? []) this.#say({ type: 'steer-end', holder, left: true });
  }

  /** The camera's node answers. */
  answered(id: number, fault: RequestFault | undefined): void {
    const pending = this.#take(id);
    if (fault) pending?.failed(RefusedError.of(fault));
    else pending?.done();
  }

  /** It cannot be asked any more. */
  close(): void {
    for (const id of [...this.#pending.keys()]) this.#take(id)?.failed(away());
  }

  #ask({ via, ...by }: Steerer, asked: PipedSteer): Promise<void> {
    if (this.#pending.size >= mostPending) return Promise.reject(away());
    this.#by.set(via, (this.#by.get(via) ?? new Set()).add(by.id));
    const id = (this.#asked += 1);
    return new Promise((done, failed) => {
      const timer = setTimeout(() => this.#take(id)?.failed(away()), longest);
      this.#pending.set(id, { done, failed, timer });
      this.#say({ type: 'steer', id, by, asked });
    });
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    clearTimeout(pending?.timer);
    return pending;
  }
}

function away(): RefusedError {
  return new RefusedError('not-steerable', 'The node of this camera does not answer.');
}
