/** Reads one feed's statistics again and again, and says whether its frames flow. */
import { Cadence, unknownGap } from '../../../server/contract/cadence.ts';
import type { Flow } from '../session/status.ts';
import { Arrivals } from './arrivals.ts';
import { timingOf, type Timing, type TimingReading } from './timing.ts';
import { reduceStats, type Figures, type Reading, type Row } from './reduce.ts';

const framesStopAfter = 2000; // ms
/** So many frames that none is decoded of are no chance: a key frame may be awaited for some. */
const manyFrames = 30;
const historyLength = 60; // readings, one per second
/** Readings in which a browser measures the round trip three times or so: one alone may be an outlier. */
const steady = 8;

export interface Moment {
  rtt: number | undefined;
  bitrate: number | undefined;
  loss: number | undefined;
}

export class Meter {
  frames = $state<Flow>('none');
  /** Frames come, and none of them is decoded: the computer has too few decoders, or is too slow. */
  undecoded = $state(false);
  figures = $state.raw<Figures>({ layers: [] });
  /** What this end measures of the time that its pictures take. */
  timing: Timing = {};
  history = $state.raw<Moment[]>([]);
  #undecoded = 0;
  readonly #arrivals = new Arrivals();
  #last: { reading: Reading; timing: TimingReading; cadence: Cadence } | undefined;

  /** To be told each frame that is shown. */
  shown(frame: VideoFrameCallbackMetadata): void {
    this.#arrivals.add(frame);
  }

  /** @param rows the statistics of this feed and of the connection that it comes over */
  read(rows: Row[]): void {
    const before = this.#last;
    const { figures, reading } = reduceStats(rows, before?.reading);
    const now = performance.now();
    const cadence = before?.cadence ?? new Cadence(now, unknownGap);
    const grown = before ? reading.frames - before.reading.frames : 0;
    const came = before ? reading.received - before.reading.received : 0;
    if (grown > 0) this.#undecoded = 0;
    else if (came > 0) this.#undecoded += came;
    this.undecoded = this.#undecoded >= manyFrames;
    if (grown > 0) {
      // Each layer of a camera counts its own frames.
      cadence.came(now, Math.max(1, grown / Math.max(1, figures.layers.length)));
      this.frames = 'flowing';
    } else if (this.frames === 'flowing' && cadence.stopped(now, framesStopAfter)) {
      this.frames = 'stopped';
    }
    this.figures = figures;
    const { rtt, bitrate, loss } = figures;
    this.history = [...this.history, { rtt, bitrate, loss }].slice(-historyLength);
    const usual = median(this.history.slice(-steady).flatMap(({ rtt }) => rtt ?? []));
    const timed = timingOf(rows, usual, this.#arrivals.take(), before?.timing);
    this.timing = timed.timing;
    this.#last = { reading, timing: timed.reading, cadence };
  }

  /** Begins afresh, as for another feed; the history of the connection goes on. */
  restart(): void {
    this.frames = 'none';
    this.#undecoded = 0;
    this.undecoded = false;
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
