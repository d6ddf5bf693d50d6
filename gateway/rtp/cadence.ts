/** How often pictures, and key pictures, come: measured over a few seconds of their own times. */

const clock = 90_000; // Hz
/** Pictures from which a rate is made. */
const enough = 15;
const most = 50;
/** Of those that are shown last, some may still come before them. */
const unsettled = 3;

export class Cadence {
  /** Of pictures, in the order of decoding; 1/90,000 s. */
  readonly #times: number[] = [];
  #lastKey: number | undefined;
  /** Between pictures as they come, ms; undefined until two have come. */
  interval: number | undefined;
  /** ms */
  keyInterval: number | undefined;

  take(timestamp: number, isKey: boolean): void {
    this.#times.push(timestamp);
    if (this.#times.length > most) this.#times.shift();
    const span = timestamp - (this.#times[0] ?? timestamp);
    if (span > 0) this.interval = (span * 1000) / (clock * (this.#times.length - 1));
    if (!isKey) return;
    if (this.#lastKey !== undefined) {
      this.keyInterval = Math.round(((timestamp - this.#lastKey) / clock) * 1000);
    }
    this.#lastKey = timestamp;
  }

  /** Pictures are missing: what comes next is not to be measured from what came before. */
  interrupt(): void {
    this.#times.length = 0;
    this.#lastKey = undefined;
  }

  /** frames/s; undefined until it is known. */
  get frameRate(): number | undefined {
    if (this.#times.length < enough) return undefined;
    const shown = [...this.#times].sort((one, other) => one - other).slice(0, -unsettled);
    const span = (shown.at(-1) ?? 0) - (shown[0] ?? 0);
    if (span <= 0) return undefined;
    return Math.round(((shown.length - 1) * clock * 10) / span) / 10;
  }
}
