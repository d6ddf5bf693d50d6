/** The way to the server that all cameras of a site share: its pace, how it does, and what fits. */
import { NarrowUplink, type Share } from './narrow-uplink.ts';
import { Pacer } from './pacer.ts';
import { PathWatch } from './path-watch.ts';
import type { Fate } from './transport-log.ts';

const lookInterval = 250; // ms
/** As long as nothing was too much for the way: so fast, or so many times what is to be sent; bit/s. */
const unknown = { least: 40_000_000, times: 3 };
/** Else so much faster than what fits: less than what was seen to come. */
const ahead = 1.15;

export class Path {
  readonly pacer = new Pacer(unknown.least);
  readonly narrow = new NarrowUplink();
  readonly #watch = new PathWatch();
  readonly #shares = new Set<Share>();
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.#timer = setInterval(() => this.#look(performance.now()), lookInterval);
    this.#timer.unref();
  }

  join(share: Share): void {
    this.#shares.add(share);
    this.narrow.add(share);
  }

  leave(share: Share): void {
    this.#shares.delete(share);
    this.narrow.remove(share);
  }

  /** The server has told what became of packets. */
  told(fates: readonly Fate[]): void {
    this.#watch.told(fates);
  }

  close(): void {
    clearInterval(this.#timer);
    this.pacer.close();
  }

  #look(now: number): void {
    this.narrow.look(now, this.#watch.look(now));
    const { budget } = this.narrow;
    let all = 0;
    for (const { rates } of this.#shares) for (const rate of rates) all += rate;
    this.pacer.rate =
      budget === Infinity ? Math.max(unknown.least, unknown.times * all) : ahead * budget;
  }
}
