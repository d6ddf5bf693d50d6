/**
 * What is sent when the way to the server is too narrow for all cameras. They share one budget: main streams are left
 * out first, the largest before the others, and sub streams last. More is tried again step by step, with more and more
 * time between attempts that fail. (`server/cluster/pipes/narrow-link.ts` does the like between nodes.)
 */
import type { SpatialLayer } from '../../server/contract/layers.ts';
import type { PathState } from './path-watch.ts';

/** What one camera sends. */
export interface Share {
  /** The highest layer that the server wants; null for none. */
  readonly wanted: SpatialLayer | null;
  /** bit/s of each layer, the smallest first: as seen last, or as they are guessed. */
  readonly rates: readonly number[];
  /** That the server lets it send, bit/s. */
  readonly most: number;
  /** Told when another layer is the highest that fits; null for none. */
  onLimit(highest: SpatialLayer | null): void;
}

/** Lost packets that are too many: in one look, and in two in a row. Loss of one in ten is repaired. */
const tooMany = { once: 0.3, twice: 0.12 };
/** Packets that wait so long on the way show that it is full, in two looks in a row, ms. */
const tooLong = 200;
/** So many looks show what the way carries. */
const looks = 4;
/** Of what came while it was too much, so much is taken to fit. */
const headroom = 0.85;
/** Until what was left out shows in what comes, ms. */
const settling = 1500;
/** Without trouble for so long, more is sent where it is known to fit, ms. */
const calm = 2000;
/** How long more is on trial, ms: a stream has to be pulled first, and begins with a key picture. */
const trying = 8000;
/** Between a failed attempt at more than is known to fit and the next one, ms; doubled each time. */
const retry = { first: 10_000, most: 120_000 };
/** Trouble so soon after more was sent is a failed attempt, although it went well on trial, ms. */
const proving = 30_000;
/** With nothing left out for so long, nothing is known of the way any more, ms. */
const forgetting = 60_000;

interface Limited {
  readonly share: Share;
  /** The highest layer that may be sent; -1 for none. */
  limit: number;
  /** The camera has been told of a limit. */
  isTold: boolean;
}

export class NarrowUplink {
  readonly #random: () => number;
  readonly #all = new Map<Share, Limited>();
  /** bit/s that have been seen to fit; infinite while nothing was too much. */
  #budget = Infinity;
  #came: number[] = [];
  #troubles = 0;
  /** Packets are lost, not only late: else no zone is left without any picture. */
  #isLossy = false;
  #loweredAt = -Infinity;
  #raisedAt = -Infinity;
  #changedAt = -Infinity;
  #limitedAt = -Infinity;
  #wait = retry.first;
  #nextTrial = 0;
  #trial: { readonly one: Limited; readonly until: number } | undefined;

  /** @param random 0 … 1; spreads the attempts of gateways that share a way */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** bit/s that the way is taken to carry. */
  get budget(): number {
    return this.#budget;
  }

  add(share: Share): void {
    this.#all.set(share, { share, limit: top(share), isTold: false });
  }

  remove(share: Share): void {
    if (this.#trial?.one.share === share) this.#trial = undefined;
    this.#all.delete(share);
  }

  /** Other layers, other rates: begins with what fits. */
  changed(share: Share): void {
    const one = this.#all.get(share);
    if (!one) return;
    const highest = top(share);
    one.limit = -1;
    while (one.limit < highest) {
      const more = costUpTo(share, one.limit + 1);
      if (this.#sum - costUpTo(share, carried(one)) + more > this.#budget) break;
      one.limit += 1;
    }
    if (one.limit < highest || one.isTold) this.#tell(one);
  }

  /** The highest layer that may be sent; null for none. */
  limitOf(share: Share): SpatialLayer | null {
    const limit = this.#all.get(share)?.limit ?? -1;
    return limit < 0 ? null : limit;
  }

  /** To be called four times a second. @param now ms @param path undefined where little was sent */
  look(now: number, path: PathState | undefined): void {
    if (path && this.#isTooMuch(path)) return this.#lower(now);
    if (this.#trial && now >= this.#trial.until) this.#succeed(now);
    if (this.#isLimited) this.#limitedAt = now;
    if (this.#budget === Infinity || this.#trial) return;
    if (now - this.#limitedAt > forgetting) this.#forget();
    else if (now - this.#changedAt >= calm) this.#raise(now);
  }

  /** That has come of late, in any two looks, bit/s: what the way carries when it is full. */
  get #most(): number {
    const pairs = this.#came.map((rate, index) => (rate + (this.#came[index - 1] ?? rate)) / 2);
    return Math.max(0, ...pairs.slice(this.#came.length > 1 ? 1 : 0));
  }

  get #isLimited(): boolean {
    return [...this.#all.values()].some(({ share, limit }) => limit < aimOf(share));
  }

  get #sum(): number {
    let sum = 0;
    for (const one of this.#all.values()) sum += costUpTo(one.share, carried(one));
    return sum;
  }

  #isTooMuch({ rate, loss, waited }: PathState): boolean {
    this.#came = [...this.#came.slice(1 - looks), rate];
    this.#isLossy = loss > tooMany.twice;
    const isTrouble = this.#isLossy || waited > tooLong;
    this.#troubles = isTrouble ? this.#troubles + 1 : 0;
    return loss > tooMany.once || this.#troubles >= 2;
  }

  #lower(now: number): void {
    if (now - this.#loweredAt < settling) return;
    const failed = this.#trial?.one;
    this.#trial = undefined;
    this.#loweredAt = now;
    this.#change(now, () => {
      for (const one of this.#all.values()) one.limit = Math.max(-1, carried(one));
      let fits = headroom * this.#most;
      const before = this.#sum;
      if (failed && failed.limit >= 0) {
        // What there was before it went well.
        failed.limit -= 1;
        fits = this.#sum;
      }
      while (this.#sum > fits || this.#sum === before) {
        const largest = this.#largest();
        if (!largest) break;
        largest.limit -= 1;
      }
      if (this.#sum === before) return; // There is nothing less to be had.
      this.#budget = Math.max(fits, this.#sum);
      const isProved = now - this.#raisedAt > proving;
      this.#wait = isProved ? retry.first : Math.min(retry.most, 2 * this.#wait);
      this.#nextTrial = now + this.#wait * (0.8 + 0.4 * this.#random());
      this.#limitedAt = now;
    });
  }

  /** One step more, where it is known to fit or where it is time to try. */
  #raise(now: number): void {
    const one = this.#smallest();
    if (!one) return;
    const more = one.share.rates[one.limit + 1] ?? 0;
    if (this.#sum + more > this.#budget && now < this.#nextTrial) return;
    this.#raisedAt = now;
    this.#trial = { one, until: now + trying };
    this.#change(now, () => (one.limit += 1));
  }

  #succeed(now: number): void {
    this.#trial = undefined;
    this.#budget = Math.max(this.#budget, this.#sum);
    this.#nextTrial = now + retry.first;
  }

  #forget(): void {
    this.#budget = Infinity;
    this.#wait = retry.first;
  }

  #change(now: number, act: () => void): void {
    const before = new Map([...this.#all.values()].map((one) => [one, one.limit]));
    act();
    for (const one of [...this.#all.values()]) {
      if (before.get(one) === one.limit) continue;
      this.#changedAt = now;
      this.#tell(one);
    }
  }

  #tell(one: Limited): void {
    one.isTold = true;
    one.share.onLimit(one.limit < 0 ? null : one.limit);
  }

  /** What is to be left out next: of the cameras with the most layers, the heaviest. */
  #largest(): Limited | undefined {
    return [...this.#all.values()]
      .filter((one) => carried(one) >= (this.#isLossy ? 0 : 1))
      .sort((a, b) => carried(b) - carried(a) || topCost(b) - topCost(a))[0];
  }

  /** What is to be sent more: of the cameras with the fewest layers, the lightest. */
  #smallest(): Limited | undefined {
    const next = ({ share, limit }: Limited): number => share.rates[limit + 1] ?? 0;
    return [...this.#all.values()]
      .filter(({ share, limit }) => limit < aimOf(share))
      .sort((a, b) => a.limit - b.limit || next(a) - next(b))[0];
  }
}

/** The highest layer that the server lets it send. */
function top(share: Share): number {
  let highest = share.rates.length - 1;
  while (highest > 0 && costUpTo(share, highest) > share.most) highest -= 1;
  return highest;
}

/** The highest layer that is sent where there is room; -1 for none. */
function aimOf(share: Share): number {
  return Math.min(share.wanted ?? -1, top(share));
}

function carried({ share, limit }: Limited): number {
  return Math.min(share.wanted ?? -1, limit);
}

function topCost(one: Limited): number {
  return one.share.rates[carried(one)] ?? 0;
}

function costUpTo({ rates }: Share, highest: number): number {
  let sum = 0;
  for (let layer = 0; layer <= highest; layer += 1) sum += rates[layer] ?? 0;
  return sum;
}
