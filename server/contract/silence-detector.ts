/**
 * Whether a network has stopped carrying packets: found by their silence, seconds before the browser gives the
 * connection up. How long a silence has to be for that depends on those before it: a camera of one frame
 * a second is not silent between two of them, nor is a busy machine that stutters.
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
 * - `silent`: for so long that the network is to be given up; returned once
 */
export type Verdict = 'well' | 'late' | 'silent';

/** How long a silence is tolerated, ms; after longer ones, so many times the usual. */
const silent = { least: 700, times: 3.5 };
/** Above this, the browser itself notices sooner; ms. */
const browserNotices = 4000;
/** This share of it is over when packets are called late. */
const late = 0.5;
/** From then on: what was due only after a pause is answered by then, ms. */
const answered = late * silent.least;
/** ms between two looks while all is well */
const interval = 200;
/** How many silences say what is usual: with packets in each interval, the last 3 s of them. */
const remembered = 15;
/** Before there are so many, nothing is usual. */
const enough = 12;

export class SilenceDetector {
  /** How long something was due in the silences that have ended, as far as looks could tell; ms. */
  #silences: number[] = [];
  /** The present silence, and how far something was due in it; ms. */
  #silence = 0;
  #due = 0;
  #last: number | undefined;
  #now = 0;
  /** This silence was reported, so it does not count as usual. */
  #reported = false;
  /** When packets were first called late in it, ms. */
  #lateSince: number | undefined;

  look({ now, last, due }: Look): Verdict {
    if (last === undefined) return 'well';
    if (last !== this.#last) {
      if (this.#last !== undefined && !this.#reported) {
        this.#silences = [...this.#silences, this.#due].slice(-remembered);
      }
      this.#last = last;
      this.#due = 0;
      this.#reported = false;
    }
    this.#silence = now - last;
    this.#now = now;
    if (due) this.#due = this.#silence;
    const tolerated = this.#tolerated;
    if (!due || tolerated === undefined || this.#silence < late * tolerated) {
      this.#lateSince = undefined;
      return 'well';
    }
    this.#lateSince ??= now;
    if (this.#silence < tolerated || now - this.#lateSince < answered) return 'late';
    this.#silences = [];
    this.#reported = true;
    return 'silent';
  }

  /** When to look again, ms from now. */
  get next(): number {
    const tolerated = this.#tolerated ?? Infinity;
    const since = this.#lateSince ?? Infinity;
    const moments = [
      late * tolerated - this.#silence,
      tolerated - this.#silence,
      since + answered - this.#now,
    ];
    return Math.min(interval, ...moments.filter((left) => left > 0));
  }

  /** How long a silence is tolerated, ms; undefined where packets cannot be missed. */
  get #tolerated(): number | undefined {
    if (this.#silences.length < enough) return undefined;
    const [, usual = 0] = [...this.#silences].sort((a, b) => b - a); // One may be out of the ordinary.
    const tolerated = Math.max(silent.least, silent.times * usual);
    return tolerated > browserNotices ? undefined : tolerated;
  }
}
