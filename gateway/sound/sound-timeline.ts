/**
 * Time stamps of a stream's sound, over all of its sessions. Players put pieces together by them, sample by sample, so that
 * the steps stay exactly those of the camera; only where those make no sense the time that went by is taken.
 */

/** A step that goes ahead of the times of arrival by more, or back by more, is none of a clock that runs; ms. */
const jump = 1000;

export class SoundTimeline {
  #last: { raw: number; placed: number; cameAt: number } | undefined;
  #isNew = true;

  /** What comes next is of another session. */
  beginAnew(): void {
    this.#isNew = true;
  }

  /**
   * @param raw 32 bits, in `clockRate`
   * @param cameAt ms of `performance.now()`
   * @returns in `clockRate`; undefined for what comes twice, or is to be heard before what came already
   */
  place(raw: number, cameAt: number, clockRate: number): number | undefined {
    const last = this.#last;
    let placed = Math.round((cameAt * clockRate) / 1000);
    if (last) {
      const passed = Math.max(0, cameAt - last.cameAt);
      const step = (raw - last.raw) | 0;
      const ms = (step / clockRate) * 1000;
      if (!this.#isNew && ms >= -jump && ms - passed <= jump) {
        if (step <= 0) return undefined;
        placed = last.placed + step;
      } else placed = last.placed + Math.max(1, Math.round((passed * clockRate) / 1000));
    }
    this.#isNew = false;
    this.#last = { raw, placed, cameAt };
    return placed;
  }
}
