/**
 * Finds out whether the other end does not hear what this one says of its media: reports, and requests for what was lost and
 * for key frames. The picture comes all the same, and nothing tells of it but that both ends count. So the other end is
 * asked now and then what has come there, which is held against what was said here.
 */

/** Between two questions, ms. */
const pause = 2000;
/** So many answers, one after another, tell of nothing new. */
const proof = 3;
/** Less is said by chance, or not at all as no media comes; bytes. */
const least = 200;

export class Hearing {
  #askedAt = -Infinity;
  /** Bytes, as of the last question. */
  #said = 0;
  /** As of the last answer that told of more. */
  #base: { readonly said: number; readonly heard: number } | undefined;
  #deaf = 0;

  /** @param now ms @returns whether the other end is to be asked */
  due(now: number): boolean {
    if (now - this.#askedAt < pause) return false;
    this.#askedAt = now;
    return true;
  }

  /** The other end is asked. @param said bytes so far */
  asked(said: number): void {
    this.#said = said;
  }

  /**
   * @param heard bytes so far, as the other end answers
   * @returns whether it is sure that nothing comes there
   */
  answered(heard: number): boolean {
    const base = this.#base;
    if (!base || heard > base.heard) {
      this.#base = { said: this.#said, heard };
      this.#deaf = 0;
      return false;
    }
    if (this.#said - base.said < least) return false;
    this.#deaf += 1;
    if (this.#deaf < proof) return false;
    this.#base = undefined;
    this.#deaf = 0;
    return true;
  }
}
