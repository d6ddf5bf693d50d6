/** How near one media worker is to full, and what follows for those whose media goes through it. */
import type { WorkerLoad } from '../media/plane.ts';
import { Landed } from './landed.ts';
import { Lowering } from './lowering.ts';
import { Rate } from './rate.ts';
import { Refusing } from './refusing.ts';

/** A small picture, 90 packets/s of 5 µs each (docs/capacity.md): while too few flow to tell what one takes here. */
const usualCpu = 0.00045; // share of a core
const fewest = 20;

export class WorkerPressure {
  readonly lowering: Lowering;
  readonly refusing = new Refusing();
  readonly #full: number;
  readonly #cpu: Rate;
  readonly #landed: Landed;
  #consumers = 0;

  /**
   * @param full share of a core at which a worker is full
   * @param window ms
   */
  constructor(full: number, window: number) {
    this.#full = full;
    this.#cpu = new Rate(window);
    this.#landed = new Landed(window);
    this.lowering = new Lowering(window);
  }

  read({ at, cpu, consumers }: WorkerLoad): void {
    this.#cpu.add(at, cpu);
    this.#consumers = consumers;
  }

  /** By its processor time alone; 1 is full. */
  get measured(): number {
    return this.#cpu.perMs / this.#full;
  }

  /** With what was let in and does not show yet. @param tiles that are asked for beside that */
  expected(now: number, tiles: number): number {
    const each =
      this.#consumers < fewest ? usualCpu : Math.max(usualCpu, this.#cpu.perMs / this.#consumers);
    return this.measured + (each * (this.#landed.expected(now) + tiles)) / this.#full;
  }

  landed(now: number, tiles: number): void {
    this.#landed.add(now, tiles);
  }
}
