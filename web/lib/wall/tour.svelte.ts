/** Shows stops in turn, each for a while; one that has several pages, page by page. */

export const dwellLimits = { least: 1, usual: 10, most: 3600 }; // s

/** The stop that is the wall itself, with all its pages. */
export const wholeWall = '';

export interface TourShow {
  /** Told each stop when its turn comes; says whether there is such a one. */
  show(stop: string): boolean;
  /** Told when a stop was shown for its time: turns to its next page. Says whether there was one. */
  turn(): boolean;
}

export class Tour {
  stops = $state.raw<string[]>([]);
  /** How long each stop, and each of its pages, is shown, s. */
  dwell = $state(dwellLimits.usual);
  running = $state(false);
  /** Someone asked for a pause, or points at the wall. */
  held = $state(false);
  pointed = $state(false);
  /** Someone steers a camera here, or has sent a zone here. */
  waits = $state(false);
  readonly paused = $derived(this.running && (this.held || this.pointed || this.waits));
  index = $state(0);
  /** Stops that could not be shown when their turn came last. */
  missing = $state.raw<string[]>([]);
  readonly #shown: TourShow;
  #timer: ReturnType<typeof setInterval> | undefined;
  #left = 0; // ms until the next stop

  constructor(shown: TourShow) {
    this.#shown = shown;
  }

  start(stops: string[], dwell: number): void {
    this.stop();
    if (stops.length === 0) return;
    this.stops = stops;
    this.dwell = Math.min(dwellLimits.most, Math.max(dwellLimits.least, dwell));
    this.running = true;
    this.missing = [];
    this.#go(0);
    const tick = 200; // ms
    this.#timer = setInterval(() => {
      if (this.paused) return;
      this.#left -= tick;
      if (this.#left <= 0) this.#goOn();
    }, tick);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.running = false;
    this.held = false;
    this.missing = [];
  }

  #goOn(): void {
    const isShown = !this.missing.includes(this.stops[this.index] ?? '');
    if (isShown && this.#shown.turn()) this.#left = this.dwell * 1000;
    else this.#go(this.index + 1);
  }

  /** Those that are not there are passed over, and said; they may come. */
  #go(index: number): void {
    this.#left = this.dwell * 1000;
    for (let passed = 0; passed < this.stops.length; passed += 1) {
      this.index = (index + passed) % this.stops.length;
      const stop = this.stops[this.index];
      if (stop === undefined) continue;
      const others = this.missing.filter((name) => name !== stop);
      if (this.#shown.show(stop)) {
        this.missing = others;
        return;
      }
      this.missing = [...others, stop];
    }
  }
}
