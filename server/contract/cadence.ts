/**
 * When a picture counts as stopped. A camera of 1 frame/s is silent for a second after each frame and has not
 * stopped: the silence that counts grows with the time that usually passes between two frames.
 */

/** So many gaps between frames tell what is usual. */
const remembered = 8;
/** A picture slower than this is taken for stopped between its frames, ms. */
const longestUsual = 2500;
/** As many frames may be missing: a change of layers alone costs a slow picture three. */
const missing = 4;
/** So many gaps have to be known before they tell more than what was assumed. */
const enough = 4;
/** What a viewer, whom nobody tells the camera's rate, assumes of the gap between frames at first, ms. */
export const unknownGap = 700;

export class Cadence {
  #last: number;
  /** As the camera said; ms from one frame to the next. */
  #stated = 0;
  readonly #gaps: number[] = [];
  readonly #assumed: number;

  /**
   * @param now ms, monotonic clock
   * @param assumed what may pass between two frames until a few have come, ms
   */
  constructor(now: number, assumed = 0) {
    this.#last = now;
    this.#assumed = assumed;
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

  /** @param least silence that counts as the end of a picture of many frames a second, ms */
  stopped(now: number, least: number): boolean {
    return this.silence(now) >= Math.max(least, missing * this.#usual);
  }

  /** The second longest gap: one stall is no habit. */
  get #usual(): number {
    const [, second = 0] = this.#gaps.toSorted((a, b) => b - a);
    const assumed = this.#gaps.length < enough ? this.#assumed : 0;
    return Math.min(longestUsual, Math.max(this.#stated, assumed, second));
  }
}
