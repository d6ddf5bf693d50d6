/** How many things are open at once, by name. */
export class Tally {
  readonly #most: number;
  readonly #open = new Map<string, number>();

  /** @param most that one name may have open; 0 is no limit */
  constructor(most: number) {
    this.#most = most;
  }

  get most(): number {
    return this.#most;
  }

  isFull(name: string): boolean {
    return this.#most > 0 && (this.#open.get(name) ?? 0) >= this.#most;
  }

  /** @returns closes it again, once; undefined when the name has as many open as it may */
  open(name: string): (() => void) | undefined {
    if (this.isFull(name)) return undefined;
    this.#open.set(name, (this.#open.get(name) ?? 0) + 1);
    let closed = false;
    return () => {
      if (closed) return;
      closed = true;
      const left = (this.#open.get(name) ?? 1) - 1;
      if (left > 0) this.#open.set(name, left);
      else this.#open.delete(name);
    };
  }
}
