/**
 * How long packets waited on the way: by how much longer than the fastest of late each one took. Times of sending and of
 * arrival are of different clocks, so only differences count.
 */

/** The way, and the clocks at its ends, may have changed after so long, ms. */
const lasts = 20_000;
/** Transports of which packets take about as long end at one clock, or at those of one machine; ms. */
const alike = 5000;

interface Least {
  /** ms in the time that runs, and in the one before. */
  now: number;
  before: number;
  since: number;
}

export class LeastDelay {
  #known: Least[] = [];

  /** @param took from the clock here to that of the server, ms @param now ms @returns ms, never less than none */
  waited(took: number, now: number): number {
    let one = this.#known.find((known) => Math.abs(took - leastOf(known)) < alike);
    if (!one) {
      this.#known = this.#known.filter(({ since }) => now - since < lasts);
      one = { now: took, before: Infinity, since: now };
      this.#known.push(one);
    }
    if (now - one.since > lasts / 2) {
      one.before = one.now;
      one.now = Infinity;
      one.since = now;
    }
    one.now = Math.min(one.now, took);
    return took - leastOf(one);
  }
}

function leastOf({ now, before }: Least): number {
  return Math.min(now, before);
}
