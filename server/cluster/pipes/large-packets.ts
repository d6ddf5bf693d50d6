/**
 * Finds out whether large packets are lost on a way that small ones pass: where it carries less in one packet than media
 * needs, and nobody says so. What is lost then is sent again, and lost each time. A camera's own losses look the same at
 * this end, so the other end is asked how much it has sent again.
 */

/** So many requests without an answer are no accident. */
const fewest = 10;
/** Between two questions, ms. */
const pause = 500;
/** So many packets, sent again, and none of them has come. */
const proof = 10;
/** Without requests for so long, or after other layers were asked for, all begins anew, ms. */
const calm = 1000;

export interface Repair {
  /** Packets that have come, in whatever way. */
  readonly packets: number;
  /** Packets that were asked for again, each time counted. */
  readonly askedAgain: number;
  /** Packets that have come again. */
  readonly cameAgain: number;
}

export class LargePackets {
  #since: Repair = { packets: 0, askedAgain: 0, cameAgain: 0 };
  #last: Repair = this.#since;
  #grownAt = 0;
  #askedAt = -Infinity;
  /** When the other end was asked first: what it had sent again, and what had come here. */
  #before: { readonly again: number; readonly packets: number } | undefined;
  #lost = 0;

  /**
   * @param now ms
   * @returns `ask` when the other end is to be asked how many packets it has sent again
   */
  look(now: number, repair: Repair): 'ask' | 'lost' | undefined {
    const { packets, askedAgain, cameAgain } = repair;
    if (askedAgain > this.#last.askedAgain) this.#grownAt = now;
    this.#last = repair;
    if (cameAgain > this.#since.cameAgain || now - this.#grownAt > calm) {
      this.#begin(repair);
      return undefined;
    }
    if (this.#lost >= proof && packets > (this.#before?.packets ?? packets)) return 'lost';
    if (askedAgain - this.#since.askedAgain < fewest || now - this.#askedAt < pause)
      return undefined;
    this.#askedAt = now;
    return 'ask';
  }

  /** @param again packets that the other end has sent again so far */
  answered(again: number): void {
    this.#before ??= { again, packets: this.#last.packets };
    this.#lost = again - this.#before.again;
  }

  #begin(repair: Repair): void {
    this.#since = repair;
    this.#before = undefined;
    this.#lost = 0;
  }
}
