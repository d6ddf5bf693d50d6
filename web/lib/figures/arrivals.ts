/** How long frames take from their arrival until they are on the screen. */
export class Arrivals {
  #total = 0;
  #count = 0;

  /** Frames of which the browser does not tell when they came are left out. */
  add({ receiveTime, expectedDisplayTime }: VideoFrameCallbackMetadata): void {
    if (receiveTime === undefined) return;
    this.#total += Math.max(0, expectedDisplayTime - receiveTime);
    this.#count += 1;
  }

  /** The mean since the last call, ms; undefined where no frame told it. */
  take(): number | undefined {
    const mean = this.#count > 0 ? this.#total / this.#count : undefined;
    this.#total = 0;
    this.#count = 0;
    return mean;
  }
}
