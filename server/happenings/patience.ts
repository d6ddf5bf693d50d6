/** A moment of patience: what is over before it is through was nothing. */
export class Patience<K> {
  readonly #time: number;
  readonly #waiting = new Map<K, NodeJS.Timeout>();

  /** @param time ms */
  constructor(time: number) {
    this.#time = time;
  }

  /** Calls `then` after the moment, unless it is called off; a second call begins nothing. */
  begin(key: K, then: () => void): void {
    if (this.#waiting.has(key)) return;
    const timer = setTimeout(() => {
      this.#waiting.delete(key);
      then();
    }, this.#time);
    this.#waiting.set(key, timer.unref());
  }

  callOff(key: K): void {
    clearTimeout(this.#waiting.get(key));
    this.#waiting.delete(key);
  }

  close(): void {
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
  }
}
