/** How the way to the server does, by what became of the packets of all cameras: what comes, what is lost, what waits. */
import type { Fate } from './transport-log.ts';

export interface PathState {
  /** bit/s that came */
  readonly rate: number;
  /** Of those that were sent, 0 … 1. */
  readonly loss: number;
  /** How long the usual packet waited on the way, ms. */
  readonly waited: number;
}

/** Fewer packets tell nothing of a share. */
const fewest = 10;

export class PathWatch {
  #bits = 0;
  #arrived = 0;
  #lost = 0;
  #waits: number[] = [];
  #lookedAt: number | undefined;

  told(fates: readonly Fate[]): void {
    for (const { bytes, arrived, waited } of fates) {
      if (!arrived) this.#lost += 1;
      else {
        this.#arrived += 1;
        this.#bits += bytes * 8;
      }
      if (waited !== undefined) this.#waits.push(waited);
    }
  }

  /** What was told since the last look; undefined where that was too little. @param now ms */
  look(now: number): PathState | undefined {
    const time = now - (this.#lookedAt ?? now);
    const count = this.#arrived + this.#lost;
    if (this.#lookedAt !== undefined && count < fewest) return undefined;
    this.#lookedAt = now;
    const waits = this.#waits.sort((a, b) => a - b);
    const state = {
      rate: time > 0 ? (this.#bits * 1000) / time : 0,
      loss: this.#lost / Math.max(1, count),
      waited: waits[Math.floor(waits.length / 2)] ?? 0,
    };
    this.#bits = this.#arrived = this.#lost = 0;
    this.#waits = [];
    return time > 0 ? state : undefined;
  }
}
