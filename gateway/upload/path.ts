/** The way to the server that all cameras of a site share: its pace, how it does, what fits, and whether more would. */
import type { Share } from './allocation.ts';
import { NarrowUplink } from './narrow-uplink.ts';
import { Pacer } from './pacer.ts';
import { PathWatch, type PathState } from './path-watch.ts';
import type { Fate } from './transport-log.ts';

const lookInterval = 100; // ms
/** As long as nothing was too much for the way: so fast, or so many times what is to be sent; bit/s. */
const unknown = { least: 40_000_000, times: 3 };
/** How long a probe sends, and how long the last of it may take to be told of; ms. */
const probing = { sends: 300, awaits: 400 };

/** What can send some packet again, which nobody misses. */
export interface Repeater {
  /** @returns bytes that were sent; 0 where there is nothing */
  repeat(): number;
}

interface Probe {
  readonly rate: number;
  /** When it sends no more, ms. */
  until: number;
}

export class Path {
  readonly pacer = new Pacer(unknown.least);
  readonly narrow = new NarrowUplink();
  readonly #watch = new PathWatch();
  readonly #shares = new Set<Share>();
  readonly #repeaters = new Set<Repeater>();
  readonly #timer: NodeJS.Timeout;
  #probe: Probe | undefined;
  #probedAt = -Infinity;
  #isFull = false;
  /** How long packets wait on the way, ms. */
  #waited = 0;

  constructor() {
    this.#timer = setInterval(() => this.#look(performance.now()), lookInterval);
    this.#timer.unref();
  }

  /** How long packets wait on the way before they are through, ms. */
  get waited(): number {
    return this.#waited;
  }

  join(share: Share): void {
    this.#shares.add(share);
    this.narrow.add(share);
  }

  leave(share: Share): void {
    this.#shares.delete(share);
    this.narrow.remove(share);
  }

  /** @returns what ends it */
  helpProbe(repeater: Repeater): () => void {
    this.#repeaters.add(repeater);
    return () => this.#repeaters.delete(repeater);
  }

  /** The server has told what became of packets. @param now ms */
  told(fates: readonly Fate[], now: number): void {
    this.#watch.told(fates, now, Math.max(this.narrow.loweredAt, this.#probedAt));
  }

  /** A picture was left out, since too much waits. */
  leftOut(): void {
    this.#isFull = true;
  }

  close(): void {
    clearInterval(this.#timer);
    this.pacer.close();
  }

  #look(now: number): void {
    const state = this.#watch.look();
    this.#waited = state?.waited ?? this.#waited * 0.9;
    if (this.#probe) {
      if (!this.#isProbed(this.#probe, now, state)) return;
    } else {
      const rate = this.narrow.look(now, state, this.#isFull);
      this.#isFull = false;
      if (rate !== undefined) return this.#begin({ rate, until: now + probing.sends }, now);
    }
    this.pacer.rate = this.#pace;
  }

  get #pace(): number {
    const { carries } = this.narrow;
    if (carries < Infinity) return carries;
    let all = 0;
    for (const { rates } of this.#shares) for (const rate of rates) all += rate;
    return Math.max(unknown.least, unknown.times * all);
  }

  #begin(probe: Probe, now: number): void {
    this.#probe = probe;
    this.#watch.watchProbe(now, probe.until);
    this.pacer.rate = probe.rate;
    this.pacer.fill(() => this.#repeat());
  }

  /** @returns whether the probe has ended, and what came of it is known */
  #isProbed(probe: Probe, now: number, state: PathState | undefined): boolean {
    const came = this.#watch.probe;
    const isEnough = [came, state].some((seen) => seen && this.narrow.isEnough(seen));
    if (now >= probe.until || isEnough) {
      this.pacer.fill(undefined);
      this.pacer.rate = this.#pace;
    }
    if (now < probe.until + probing.awaits && !isEnough) return false;
    this.#probe = undefined;
    this.#probedAt = now;
    this.narrow.probed(now, came);
    return true;
  }

  /** Each in its turn. */
  #repeat(): number {
    for (const repeater of this.#repeaters) {
      const bytes = repeater.repeat();
      if (bytes === 0) continue;
      this.#repeaters.delete(repeater);
      this.#repeaters.add(repeater);
      return bytes;
    }
    return 0;
  }
}
