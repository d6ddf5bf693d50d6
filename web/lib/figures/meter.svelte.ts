/** Reads one feed's statistics again and again, and says whether its frames flow. */
import { Arrivals } from './arrivals.ts';
import { timingOf, type Timing, type TimingReading } from './timing.ts';
import { reduceStats, type Figures, type Reading, type Row } from './reduce.ts';

const framesStopAfter = 2000; // ms
const historyLength = 60; // readings, one per second
/** Readings in which a browser measures the round trip three times or so: one alone may be an outlier. */
const steady = 8;

export interface Moment {
  rtt: number | undefined;
  bitrate: number | undefined;
  loss: number | undefined;
}

export class Meter {
  frames = $state<'none' | 'flowing' | 'stopped'>('none');
  figures = $state.raw<Figures>({ layers: [] });
  /** What this end measures of the way of its pictures. */
  timing: Timing = {};
  history = $state.raw<Moment[]>([]);
  readonly #arrivals = new Arrivals();
  #last: { reading: Reading; timing: TimingReading; grewAt: number } | undefined;

  /** To be told each frame that is shown. */
  shown(frame: VideoFrameCallbackMetadata): void {
    this.#arrivals.add(frame);
  }

  /** @param rows the statistics of this feed and of the connection that it comes over */
  read(rows: Row[]): void {
    const before = this.#last;
    const { figures, reading } = reduceStats(rows, before?.reading);
    const now = performance.now();
    const grew = before ? reading.frames > before.reading.frames : false;
    const grewAt = grew || !before ? now : before.grewAt;
    if (grew) this.frames = 'flowing';
    else if (this.frames === 'flowing' && now - grewAt >= framesStopAfter) this.frames = 'stopped';
    this.figures = figures;
    const { rtt, bitrate, loss } = figures;
    this.history = [...this.history, { rtt, bitrate, loss }].slice(-historyLength);
    const usual = median(this.history.slice(-steady).flatMap(({ rtt }) => rtt ?? []));
    const timed = timingOf(rows, usual, this.#arrivals.take(), before?.timing);
    this.timing = timed.timing;
    this.#last = { reading, timing: timed.reading, grewAt };
  }

  /** Begins afresh, as for another feed; the history of the connection goes on. */
  restart(): void {
    this.frames = 'none';
    this.figures = { layers: [] };
    this.#last = undefined;
    this.timing = {};
  }

  clear(): void {
    this.restart();
    this.history = [];
  }
}

function median(values: number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
