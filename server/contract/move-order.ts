/**
 * The order of moves to one camera, for whoever passes them on: one is under way, of those that come meanwhile the newest
 * waits and the others are dropped, and a stop waits for nothing. So nothing queues, however slow the way.
 */
import type { Move } from './steering.ts';

export type MoveOutcome = 'done' | 'superseded';

interface Waiting {
  readonly move: Move;
  readonly settle: (outcome: Promise<MoveOutcome> | MoveOutcome) => void;
}

export class MoveOrder {
  readonly #perform: (move: Move) => Promise<void>;
  readonly #mayOvertake: boolean;
  #moving: Promise<void> | undefined;
  #stopping: Promise<MoveOutcome> | undefined;
  #waiting: Waiting | undefined;

  /**
   * @param perform settles when the other end has answered, and always in a while
   * @param mayOvertake whether a stop could come there before a move that was sent earlier: it is sent again after that one
   */
  constructor(perform: (move: Move) => Promise<void>, { mayOvertake = false } = {}) {
    this.#perform = perform;
    this.#mayOvertake = mayOvertake;
  }

  /** Whether anything is under way. */
  get busy(): boolean {
    return this.#moving !== undefined || this.#stopping !== undefined;
  }

  /** @returns when the other end has answered, or a newer one has taken its place; throws what `perform` throws */
  do(move: Move): Promise<MoveOutcome> {
    this.#waiting?.settle('superseded');
    this.#waiting = undefined;
    if (move.kind === 'stop') return (this.#stopping ??= this.#stop());
    if (!this.busy) return this.#begin(move);
    return new Promise((settle) => {
      this.#waiting = { move, settle };
    });
  }

  async #begin(move: Move): Promise<MoveOutcome> {
    const moving = this.#perform(move);
    this.#moving = moving;
    try {
      await moving;
      return 'done';
    } finally {
      this.#moving = undefined;
      this.#next();
    }
  }

  async #stop(): Promise<MoveOutcome> {
    const before = this.#moving;
    try {
      await this.#perform({ kind: 'stop' });
      return 'done';
    } finally {
      if (before && this.#mayOvertake) {
        await before.catch(() => {}); // Whoever asked for it is told.
        await this.#perform({ kind: 'stop' }).catch(() => {}); // The first one was told.
      }
      this.#stopping = undefined;
      this.#next();
    }
  }

  #next(): void {
    const next = this.#waiting;
    if (!next || this.busy) return;
    this.#waiting = undefined;
    next.settle(this.#begin(next.move));
  }
}
