/**
 * When a feed counts as stopped. A camera of 1 frame/s is silent for a second after each frame and has not
 * stopped: patience grows with the time that usually passes between two frames.
 */

/** So many gaps between frames tell what is usual. */
const remembered = 8;
/** A feed that is slower than this is taken for stopped between its frames, ms. */
const longestUsual = 2500;
/** As many frames may be missing: a change of layers alone costs a slow feed three. */
const missing = 4;
/** Before so many gaps are known, frames may be a second apart, ms. */
const settled = { gaps: 4, until: 1000 };

export class Cadence {
  #last: number;
  /** As the camera said; ms from one frame to the next. */
  #stated = 0;
  readonly #gaps: number[] = [];

  /** @param now ms, of any clock that only goes forward */
  constructor(now: number) {
    this.#last = now;
  }

  /** @param frameRate as the camera says, frames/s; 0 or undefined where it does not know */
  expect(frameRate: number | undefined): void {
    this.#stated = frameRate ? 1000 / frameRate : 0;
  }

  /** Something came by now. @param frames how many, where they can be counted */
  came(now: number, frames = 1): void {
    this.#gaps.push((now - this.#last) / frames);
    if (this.#gaps.length > remembered) this.#gaps.shift();
    this.#last = now;
  }

  /** Nothing is due up to now. */
  rest(now: number): void {
    this.#last = now;
  }

  /** How long nothing has come, ms. */
  silence(now: number): number {
    return now - this.#last;
  }

  /** @param patience silence of a feed of many frames a second that counts as its end, ms */
  stopped(now: number, patience: number): boolean {
    return this.silence(now) >= Math.max(patience, missing * this.#usual);
  }

  /** The second longest gap: one stall is no habit. */
  get #usual(): number {
    const [first, second = 0] = this.#gaps.toSorted((a, b) => b - a);
    const young = first !== undefined && this.#gaps.length < settled.gaps ? settled.until : 0;
    return Math.min(longestUsual, Math.max(this.#stated, young, second));
  }
}
