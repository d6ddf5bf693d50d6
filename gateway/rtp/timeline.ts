/**
 * One line of time for all that a stream sends, sessions after one another included: RTP's time stamps give its steps,
 * the times of arrival its place, so that whatever a camera's clock does, times neither wrap, nor go back, nor drift away.
 */

/** Of the line, Hz. */
const rate = 90_000;
const perMs = rate / 1000;
/** A clock that goes ahead of the times of arrival by more, in one step, has been set. */
const jump = 500; // ms
/** Steps back of less are of pictures that are shown in another order than they come. */
const reordering = 500; // ms
/** The least delay of so long says how far the line is behind, or ahead. */
const window = 2000; // ms
/** How much faster or slower the line may go to get where it should be: more than clocks are off. */
const slew = 0.001;
/** Further behind, it is set right at once; further ahead, it goes slower by much. */
const mostOff = 500; // ms
const muchSlower = 0.1;

export class Timeline {
  /** Added to unwrapped time stamps, in 1/90,000 s. */
  #offset = 0;
  #last: { raw: number; unwrapped: number; cameAt: number } | undefined;
  #highest = 0;
  #windowSince = 0;
  #leastDelay = Infinity;

  /** What comes next is of another session. */
  beginAnew(): void {
    this.#last = undefined;
  }

  /**
   * @param raw 32 bits, in `clockRate`
   * @param cameAt ms of `performance.now()`
   * @returns 1/90,000 s
   */
  place(raw: number, cameAt: number, clockRate: number): number {
    const last = this.#last;
    let unwrapped = raw;
    if (last) unwrapped = last.unwrapped + ((raw - last.raw) | 0);
    const scaled = (unwrapped / clockRate) * rate;
    if (!last) this.#setTo(scaled, Math.max(cameAt * perMs, this.#highest + 1), cameAt);
    else {
      const step = ((unwrapped - last.unwrapped) / clockRate) * 1000;
      const passed = cameAt - last.cameAt;
      if (step < -reordering || step - passed > jump) {
        this.#setTo(scaled, this.#highest + Math.max(1, passed * perMs), cameAt);
      } else this.#follow(scaled, cameAt);
    }
    this.#last = { raw, unwrapped, cameAt };
    const placed = Math.round(scaled + this.#offset);
    this.#highest = Math.max(this.#highest, placed);
    return placed;
  }

  #setTo(scaled: number, place: number, cameAt: number): void {
    this.#offset = place - scaled;
    this.#windowSince = cameAt;
    this.#leastDelay = Infinity;
  }

  /** Nears the line to where the picture that was held up least would have it. */
  #follow(scaled: number, cameAt: number): void {
    this.#leastDelay = Math.min(this.#leastDelay, cameAt - (scaled + this.#offset) / perMs);
    const passed = cameAt - this.#windowSince;
    if (passed < window) return;
    const off = this.#leastDelay;
    const most = passed * (off < -mostOff ? muchSlower : slew);
    this.#offset += (off > mostOff ? off : Math.max(-most, Math.min(most, off))) * perMs;
    this.#windowSince = cameAt;
    this.#leastDelay = Infinity;
  }
}
