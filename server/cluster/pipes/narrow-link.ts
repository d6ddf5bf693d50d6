/**
 * What crosses from one other node to this one, when the network between them is too narrow for all that is wanted.
 * mediasoup's pipes estimate nothing, so what has come is judged here: loss, and delay that grows. All pipes from one
 * node share a link: the largest picture there is lowered first, to what has been seen to fit, and raised again step by
 * step, with more and more time between attempts that fail.
 */
import type { SpatialLayer } from '../../contract/layers.ts';
import { jittered } from '../../jitter.ts';
import type { Arrivals } from '../../media/plane.ts';
import { cameSince, lossOf, ratesOf } from './arrivals.ts';
import { RoundTrips } from './round-trips.ts';

/** A picture that crosses the link. */
export interface Picture {
  /** The highest layer that is wanted here; null for none. */
  readonly wanted: SpatialLayer | null;
  /** px of each layer, the smallest first. */
  readonly areas: readonly number[];
  /** What has come so far; undefined while nothing can. */
  readonly arrivals: Arrivals | undefined;
  /** Told when another layer is to be the highest that is asked for. */
  onLimit(): void;
}

interface Share {
  readonly picture: Picture;
  /** The highest layer that may be asked for. */
  limit: SpatialLayer;
  /** bit/s of each layer, as seen last; undefined where it was not. */
  rates: (number | undefined)[];
  before: Arrivals | undefined;
}

/**
 * Packets asked for again, as a share of all, that are too many: in one look, in two in a row, and while more is on
 * trial. Loss of one in ten is repaired.
 */
const tooMany = { once: 0.3, twice: 0.15, tried: 0.15 };
/** Fewer packets tell nothing of a share. */
const fewest = 10;
/** Of what came while it was too much, so much is taken to fit. */
const headroom = 0.9;
/** Until what was asked for last shows in what comes, ms. */
const settling = 1000;
/** Without trouble for so long, more is asked for where it is known to fit, ms. */
const calm = 2000;
/** How long more is on trial, ms. */
const trying = 4000;
/** Between a failed attempt at more than is known to fit and the next one, ms; doubled each time. */
const retry = { first: 5000, most: 60_000 };
/** Trouble so soon after more was asked for is a failed attempt, although it went well on trial, ms. */
const proving = 30_000;
/** With nothing limited for so long, nothing is known of the link any more, ms. */
const forgetting = 60_000;
/** What a smallest layer is taken for of which nothing is known, bit/s. */
const guess = 150_000;

export class NarrowLink {
  readonly #random: () => number;
  readonly #shares = new Map<Picture, Share>();
  readonly #roundTrips = new RoundTrips();
  /** bit/s that have been seen to fit; infinite while nothing was too much. */
  #budget = Infinity;
  #lookedAt: number | undefined;
  /** bit/s of the last two looks. */
  #came: number[] = [];
  #lossyLooks = 0;
  #loweredAt = -Infinity;
  #raisedAt = -Infinity;
  #changedAt = -Infinity;
  #limitedAt = -Infinity;
  #wait = retry.first;
  #nextTrial = 0;
  #trial: { readonly share: Share; readonly until: number } | undefined;

  /** @param random 0 … 1; spreads the attempts of links that share a way */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Whether nothing crosses it, and nothing is known of it. */
  get isBlank(): boolean {
    return this.#shares.size === 0 && this.#budget === Infinity;
  }

  add(picture: Picture): void {
    this.#shares.set(picture, { picture, limit: 0, rates: [], before: undefined });
  }

  remove(picture: Picture): void {
    if (this.#trial?.share.picture === picture) this.#trial = undefined;
    this.#shares.delete(picture);
  }

  /** The highest layer of a picture that may be asked for, by what is wanted of it now. */
  limitOf(picture: Picture): SpatialLayer {
    const share = this.#shares.get(picture);
    if (!share) return 0;
    this.#admit(share);
    return share.limit;
  }

  /** Looks at what has come; to be called four times a second. @param now ms */
  look(now: number): void {
    const time = now - (this.#lookedAt ?? now);
    this.#lookedAt = now;
    if (time <= 0) return;
    if (this.#isTooMuch(now, time)) return this.#lower(now);
    if (this.#trial && now >= this.#trial.until) this.#succeed(now);
    if (this.#isLimited) this.#limitedAt = now;
    if (this.#budget === Infinity || this.#trial) return;
    if (now - this.#limitedAt > forgetting) this.#forget();
    else if (now - this.#changedAt >= calm) this.#raise(now);
  }

  get #isLimited(): boolean {
    return [...this.#shares.values()].some(({ picture, limit }) => (picture.wanted ?? 0) > limit);
  }

  /** What is asked for, bit/s, as far as is known. */
  get #sum(): number {
    let sum = 0;
    for (const share of this.#shares.values())
      for (let layer = 0; layer <= carried(share); layer += 1) sum += costOf(share, layer);
    return sum;
  }

  /** Lets a picture have at once what fits; the rest is tried later. */
  #admit(share: Share): void {
    const { wanted, areas } = share.picture;
    if (this.#budget === Infinity) {
      share.limit = areas.length - 1;
      return;
    }
    // What is wanted no more is no claim to having it again.
    share.limit = Math.min(share.limit, wanted ?? 0);
    while (share.limit < (wanted ?? 0)) {
      if (this.#sum + costOf(share, share.limit + 1) > this.#budget) return;
      share.limit += 1;
    }
  }

  #isTooMuch(now: number, time: number): boolean {
    let [bytes, packets, askedAgain] = [0, 0, 0];
    for (const share of this.#shares.values()) {
      const { arrivals, areas } = share.picture;
      const { before } = share;
      const highest = carried(share);
      share.before = arrivals;
      if (!arrivals || !before || highest < 0) continue;
      const came = cameSince(before, arrivals, highest);
      bytes += came.bytes;
      packets += came.packets;
      askedAgain += came.askedAgain;
      share.rates = ratesOf(share.rates, areas, { before, now: arrivals }, highest, time);
    }
    this.#came = [...this.#came.slice(-1), (bytes * 8000) / time];
    const lost = askedAgain < fewest ? 0 : lossOf({ bytes, packets, askedAgain });
    this.#lossyLooks = lost > tooMany.twice ? this.#lossyLooks + 1 : 0;
    const trips = [...this.#shares.keys()].flatMap(({ arrivals }) => arrivals?.roundTrip ?? []);
    const isSlow = this.#roundTrips.grown(now, trips);
    return lost > (this.#trial ? tooMany.tried : tooMany.once) || this.#lossyLooks >= 2 || isSlow;
  }

  #lower(now: number): void {
    if (now - this.#loweredAt < settling) return;
    for (const share of this.#shares.values()) share.limit = Math.max(0, carried(share));
    const before = this.#limits;
    const failed = this.#trial?.share;
    this.#trial = undefined;
    let fits = headroom * (this.#came.reduce((sum, rate) => sum + rate, 0) / this.#came.length);
    if (failed && failed.limit > 0) {
      // What there was before it went well.
      failed.limit -= 1;
      fits = this.#sum;
    }
    while (this.#sum > fits || !this.#differs(before)) {
      const largest = this.#largest();
      if (!largest) break;
      largest.limit -= 1;
    }
    if (!this.#differs(before)) return; // There is nothing less to be had.
    this.#budget = Math.max(fits, this.#sum);
    const isProved = now - this.#raisedAt > proving;
    this.#wait = isProved ? retry.first : Math.min(retry.most, 2 * this.#wait);
    this.#nextTrial = now + jittered(this.#wait, 0.2, this.#random());
    this.#loweredAt = now;
    this.#limitedAt = now;
    this.#tell(now, before);
  }

  /** One step more, where it is known to fit or where it is time to try. */
  #raise(now: number): void {
    const share = this.#smallest();
    if (!share) return;
    const fits = this.#sum + costOf(share, share.limit + 1) <= this.#budget;
    if (!fits && now < this.#nextTrial) return;
    const before = this.#limits;
    share.limit += 1;
    this.#raisedAt = now;
    this.#trial = { share, until: now + trying };
    this.#tell(now, before);
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

  get #limits(): ReadonlyMap<Share, SpatialLayer> {
    return new Map([...this.#shares.values()].map((share) => [share, share.limit]));
  }

  #differs(before: ReadonlyMap<Share, SpatialLayer>): boolean {
    return [...this.#shares.values()].some((share) => before.get(share) !== share.limit);
  }

  #tell(now: number, before: ReadonlyMap<Share, SpatialLayer>): void {
    this.#changedAt = now;
    for (const share of [...this.#shares.values()])
      if (before.get(share) !== share.limit) share.picture.onLimit();
  }

  /** Of what a layer can be left out: the picture with the most of them, of these the heaviest. */
  #largest(): Share | undefined {
    return [...this.#shares.values()]
      .filter((share) => carried(share) > 0)
      .sort((a, b) => carried(b) - carried(a) || topCost(b) - topCost(a))[0];
  }

  /** What is to have a layer more: the picture with the fewest of them, of these the lightest. */
  #smallest(): Share | undefined {
    const next = (share: Share): number => costOf(share, share.limit + 1);
    return [...this.#shares.values()]
      .filter(({ picture, limit }) => (picture.wanted ?? 0) > limit)
      .sort((a, b) => a.limit - b.limit || next(a) - next(b))[0];
  }
}

/** The highest layer that is asked for; -1 for none. */
function carried({ picture: { wanted }, limit }: Share): number {
  return wanted === null ? -1 : Math.min(wanted, limit);
}

function topCost(share: Share): number {
  return costOf(share, carried(share));
}

/** What one layer takes, bit/s: as it was seen, or by its share of the pixels. */
function costOf({ picture: { areas }, rates }: Share, layer: SpatialLayer): number {
  for (let seen = layer; seen >= 0; seen -= 1) {
    const rate = rates[seen];
    if (rate !== undefined) return (rate * (areas[layer] ?? 1)) / (areas[seen] ?? 1);
  }
  return (guess * (areas[layer] ?? 1)) / (areas[0] ?? 1);
}
