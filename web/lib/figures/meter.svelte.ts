/** Reads one feed's statistics again and again, and says whether its frames flow. */
import { reduceStats, type Figures, type Reading, type Row } from './reduce.ts';

const framesStopAfter = 2000; // ms
const historyLength = 60; // readings, one per second

export interface Moment {
  rtt: number | undefined;
  bitrate: number | undefined;
  loss: number | undefined;
}

export class Meter {
  frames = $state<'none' | 'flowing' | 'stopped'>('none');
  figures = $state.raw<Figures>({ layers: [] });
  history = $state.raw<Moment[]>([]);
  #last: { reading: Reading; grewAt: number } | undefined;

  /** @param rows the statistics of this feed and of the connection that it comes over */
  read(rows: Row[]): void {
    const before = this.#last;
    const { figures, reading } = reduceStats(rows, before?.reading);
    const now = performance.now();
    const grew = before ? reading.frames > before.reading.frames : false;
    const grewAt = grew || !before ? now : before.grewAt;
    if (grew) this.frames = 'flowing';
    else if (this.frames === 'flowing' && now - grewAt >= framesStopAfter) this.frames = 'stopped';
    this.#last = { reading, grewAt };
    this.figures = figures;
    const { rtt, bitrate, loss } = figures;
    this.history = [...this.history, { rtt, bitrate, loss }].slice(-historyLength);
  }

  /** Begins afresh, as for another feed; the history of the connection goes on. */
  restart(): void {
    this.frames = 'none';
    this.figures = { layers: [] };
    this.#last = undefined;
  }

  clear(): void {
    this.restart();
    this.history = [];
  }
}
