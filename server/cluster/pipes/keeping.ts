/** How long a picture is kept whose channel is lost: while media comes, and for so long that the pipe can be had again. */

/**
 * Nothing for so long, and it is given up, ms: less where the other end could not be asked, as it may be gone. Of a picture
 * of few frames a second, nothing for as long as some of them take.
 */
const quiet = { usual: 750, refused: 150, frames: 3 };

export class Keeping {
  readonly #patience: number;
  #quiet = quiet.usual;
  /** What some frames take, ms. */
  #frames = 0;
  #received = 0;
  /** When anything has come last, or nothing was due, ms. */
  #cameAt: number;
  /** Since when the channel is lost, ms. */
  #since: number | undefined;

  /**
   * @param patience ms
   * @param now ms
   */
  constructor(patience: number, now: number) {
    this.#patience = patience;
    this.#cameAt = now;
  }

  /** Whether the channel is lost. */
  get isLost(): boolean {
    return this.#since !== undefined;
  }

  /** @param frameRate as the camera says, frames/s */
  expect(frameRate: number | undefined): void {
    this.#frames = frameRate ? (quiet.frames * 1000) / frameRate : 0;
  }

  lost(now: number): void {
    this.#since ??= now;
  }

  /** There is another channel. */
  found(): void {
    this.#since = undefined;
    this.#quiet = quiet.usual;
  }

  /** The other end could not be asked for another channel. */
  refused(): void {
    this.#quiet = quiet.refused;
  }

  /** Whether it has been without a channel for too long. */
  isLate(now: number): boolean {
    return this.#since !== undefined && now - this.#since >= this.#patience;
  }

  /**
   * To be called a few times a second, with what has come by now.
   * @param received bytes so far
   * @param due whether anything should come
   * @returns whether nothing comes of it any more without a channel
   */
  look(now: number, received: number, due: boolean): boolean {
    if (received > this.#received || !due) this.#cameAt = now;
    this.#received = received;
    return this.isLost && now - this.#cameAt >= Math.max(this.#quiet, this.#frames);
  }
}
