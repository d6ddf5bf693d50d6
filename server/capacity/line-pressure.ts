/** How near the node's line is to full, by what it sends. */
import type { LineLoad } from '../media/network-line.ts';
import { Landed } from './landed.ts';
import { Rate } from './rate.ts';

/** A small picture (docs/capacity.md): while too few flow to tell what one takes here. */
const usualRate = 640_000; // bit/s, with headers
const fewest = 20;

export class LinePressure {
  readonly #window: number;
  readonly #landed: Landed;
  readonly #lines = new Map<string, { readonly rate: Rate; capacity: number }>();
  #consumers = 0;

  /** @param window ms */
  constructor(window: number) {
    this.#window = window;
    this.#landed = new Landed(window);
  }

  read(at: number, loads: readonly LineLoad[], consumers: number): void {
    this.#consumers = consumers;
    for (const { name, sent, capacity } of loads) {
      const line = this.#lines.get(name) ?? { rate: new Rate(this.#window), capacity };
      line.capacity = capacity;
      line.rate.add(at, sent);
      this.#lines.set(name, line);
    }
    for (const name of this.#lines.keys()) {
      if (!loads.some((load) => load.name === name)) this.#lines.delete(name);
    }
  }

  /** Of the fullest; 1 is full, 0 where nothing is known. */
  get measured(): number {
    return this.#with(0);
  }

  /** With what was let in and does not show yet. @param tiles that are asked for beside that */
  expected(now: number, tiles: number): number {
    return this.#with(this.#landed.expected(now) + tiles);
  }

  landed(now: number, tiles: number): void {
    this.#landed.add(now, tiles);
  }

  #with(tiles: number): number {
    const pressures = [...this.#lines.values()].map(({ rate, capacity }) => {
      const sent = rate.perMs * 8000; // bit/s
      const each = this.#consumers < fewest ? usualRate : sent / this.#consumers;
      return (sent + each * tiles) / capacity;
    });
    return Math.max(0, ...pressures);
  }
}
