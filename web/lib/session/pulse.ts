/**
 * Whether a network has stopped carrying packets: told by their silence, seconds before the browser gives
 * the connection up. Only where they came all the time before: a camera of one frame a second is not
 * silent between two of them.
 */

export interface Look {
  /** ms */
  now: number;
  /** When the last packet of media or of its feedback came; undefined before the first. */
  last: number | undefined;
  /** Whether something was sent that should have been answered since. */
  due: boolean;
}

/**
 * - `well`: packets come, or cannot be missed
 * - `late`: they should have come, and did not for a while
 * - `silent`: for so long that the network is to be given up; told once
 */
export type Verdict = 'well' | 'late' | 'silent';

/** A packet that is no older than this is one of a steady flow, ms. */
const fresh = 200;
const lateAfter = 350; // ms
const silentAfter = 700; // ms
/** ms between two looks while all is well */
const interval = 200;
/** So many looks, 3 s of them, tell whether packets come steadily, and so many of them may find none fresh. */
const remembered = { looks: 15, stale: 1 };

export class Pulse {
  #looks: boolean[] = [];
  #silence = 0;

  look({ now, last, due }: Look): Verdict {
    this.#silence = last === undefined ? 0 : now - last;
    const isFresh = last !== undefined && this.#silence <= fresh;
    if (isFresh || !this.#steady || !due) {
      this.#looks = [...this.#looks, isFresh].slice(-remembered.looks);
      return 'well';
    }
    if (this.#silence < lateAfter) return 'well';
    if (this.#silence < silentAfter) return 'late';
    this.#looks = [];
    return 'silent';
  }

  /** When to look again, ms from now. */
  get next(): number {
    if (!this.#steady) return interval;
    const bounds = [lateAfter, silentAfter].map((bound) => bound - this.#silence);
    return Math.min(interval, ...bounds.filter((left) => left > 0));
  }

  get #steady(): boolean {
    const { looks, stale } = remembered;
    return this.#looks.length === looks && this.#looks.filter((one) => !one).length <= stale;
  }
}
