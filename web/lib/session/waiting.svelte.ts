/** What a session that cannot go on waits for, and when it is tried again. */
import type { Fault } from './faults.ts';

/** What comes in several events is one change, ms. */
const shortly = 200;
/** Cameras that were stopped by one thing do not all come back in the same moment. */
const spread = 0.2;

export class Waiting {
  /** What stands in the way; undefined while nothing is waited for. */
  fault = $state.raw<Fault>();
  /** How long is waited between two attempts, s. */
  seconds = $state(0);
  /** Attempts that failed since it last worked. */
  tries = 0;
  readonly #again: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param again makes the next attempt */
  constructor(again: () => void) {
    this.#again = again;
  }

  /** @param delay ms until the next attempt */
  begin(fault: Fault, delay: number): void {
    this.fault = fault;
    this.seconds = Math.ceil(delay / 1000);
    this.tries += 1;
    this.#wait(delay * (1 - spread * Math.random()));
  }

  /** Whether the next attempt is still to come. */
  get pending(): boolean {
    return this.#timer !== undefined;
  }

  /** Something has changed that may be what is waited for. */
  sooner(): void {
    if (this.pending) this.#wait(shortly);
  }

  end(): void {
    this.#stop();
    this.fault = undefined;
    this.tries = 0;
  }

  #wait(delay: number): void {
    this.#stop();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#again();
    }, delay);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
