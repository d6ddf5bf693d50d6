/** Shows stops in turn, each for a while. */

export const dwellLimits = { least: 1, usual: 10, most: 3600 }; // s

export class Tour {
  stops = $state.raw<string[]>([]);
  /** How long each stop is shown, s. */
  dwell = $state(dwellLimits.usual);
  running = $state(false);
  /** Someone asked for a pause, or points at the wall. */
  held = $state(false);
  pointed = $state(false);
  readonly paused = $derived(this.running && (this.held || this.pointed));
  index = $state(0);
  readonly #show: (stop: string) => void;
  #timer: ReturnType<typeof setInterval> | undefined;
  #left = 0; // ms until the next stop

  /** @param show told each stop when its turn comes */
  constructor(show: (stop: string) => void) {
    this.#show = show;
  }

  start(stops: string[], dwell: number): void {
    this.stop();
    if (stops.length === 0) return;
    this.stops = stops;
    this.dwell = Math.min(dwellLimits.most, Math.max(dwellLimits.least, dwell));
    this.running = true;
    this.#go(0);
    const tick = 200; // ms
    this.#timer = setInterval(() => {
      if (this.paused) return;
      this.#left -= tick;
      if (this.#left <= 0) this.#go(this.index + 1);
    }, tick);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.running = false;
    this.held = false;
  }

  #go(index: number): void {
    this.index = index % this.stops.length;
    this.#left = this.dwell * 1000;
    const stop = this.stops[this.index];
    if (stop) this.#show(stop);
  }
}
