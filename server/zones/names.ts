/** Names of zones in order, found in few steps. */
import type { ZoneId } from '../contract/zone.ts';

export class SortedNames {
  readonly #names: ZoneId[] = [];

  get size(): number {
    return this.#names.length;
  }

  /** @param name one that is not there yet */
  add(name: ZoneId): void {
    this.#names.splice(this.placeOf(name), 0, name);
  }

  /** @param name one that is there */
  remove(name: ZoneId): void {
    this.#names.splice(this.placeOf(name), 1);
  }

  /** How many come before a name. */
  placeOf(name: string): number {
    let [low, high] = [0, this.#names.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#names[middle] ?? '') < name) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  slice(from: number, to: number): ZoneId[] {
    return this.#names.slice(from, to);
  }
}
