/**
 * How near the node's own process is to full: one thread speaks with all sockets and takes all decisions. What comes costs it most
 * when it comes, which shows at once, and little afterwards, which does not.
 */
import { Landed } from './landed.ts';
import { Rate } from './rate.ts';

/** What a client takes that hears two changes a second (docs/capacity.md). */
const usualCpu = 0.0002; // share of a core

export class ProcessPressure {
  readonly #full: number;
  readonly #cpu: Rate;
  readonly #landed: Landed;

  /**
   * @param full share of a core at which it is full
   * @param window ms
   */
  constructor(full: number, window: number) {
    this.#full = full;
    this.#cpu = new Rate(window);
    this.#landed = new Landed(window);
  }

  /** @param cpu time of its thread so far, ms */
  read(at: number, cpu: number): void {
    this.#cpu.add(at, cpu);
  }

  /** By its processor time alone; 1 is full. */
  get measured(): number {
    return this.#cpu.perMs / this.#full;
  }

  /** With what was let in and does not show yet. */
  expected(now: number): number {
    return this.measured + (usualCpu * this.#landed.expected(now)) / this.#full;
  }

  /** One more was let in. */
  landed(now: number): void {
    this.#landed.add(now, 1);
  }
}
