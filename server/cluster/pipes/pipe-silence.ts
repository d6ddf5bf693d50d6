/**
 * Finds out whether nothing comes over a pipe although the other end sends. That a camera sends nothing is no fault of
 * the pipe: so the other end is asked what it has sent, and only once nothing comes.
 */

/** Without anything for so long, the other end is asked, and as long after each answer again; ms. */
const quiet = 500;
/** It has so long to answer, ms. */
const answering = 2000;
/** So many answers, one after another, have to tell of more that was sent. */
const proof = 2;

export type Silence = 'silent' | 'unanswered';

export class PipeSilence {
  #received = 0;
  #quietSince: number;
  /** Since when an answer is due, ms. */
  #askedAt: number | undefined;
  #sent: number | undefined;
  #grown = 0;

  /** @param now ms */
  constructor(now: number) {
    this.#quietSince = now;
  }

  /**
   * Looks at what has come.
   * @param received bytes so far
   * @param due whether anything should come
   * @returns `ask` when the other end is to be asked what it has sent
   */
  look(now: number, received: number, due: boolean): Silence | 'ask' | undefined {
    if (received > this.#received || !due) {
      this.#received = Math.max(received, this.#received);
      this.#quietSince = now;
      this.#askedAt = undefined;
      this.#sent = undefined;
      this.#grown = 0;
      return undefined;
    }
    if (this.#grown >= proof) return 'silent';
    if (this.#askedAt !== undefined)
      return now - this.#askedAt > answering ? 'unanswered' : undefined;
    if (now - this.#quietSince < quiet) return undefined;
    this.#quietSince = now;
    this.#askedAt = now;
    return 'ask';
  }

  /** @param sent bytes so far, as the other end answers */
  answered(sent: number): void {
    if (this.#askedAt === undefined) return; // Something has come meanwhile.
    this.#askedAt = undefined;
    if (this.#sent !== undefined && sent > this.#sent) this.#grown += 1;
    this.#sent = sent;
  }
}
