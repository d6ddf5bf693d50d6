/**
 * Which layers of which cameras are sent, where there is not room for all: main streams are left out first, the largest
 * before the others, and sub streams last; more is sent in the other order, so that every zone has a picture first.
 */
import type { SpatialLayer } from '../../server/contract/layers.ts';

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

interface Limited {
  readonly share: Share;
  /** The highest layer that may be sent; -1 for none. */
  limit: number;
  /** The camera has been told of a limit. */
  isTold: boolean;
}

export class Allocation {
  readonly #all = new Map<Share, Limited>();

  add(share: Share): void {
    this.#all.set(share, { share, limit: top(share), isTold: false });
  }

  remove(share: Share): void {
    this.#all.delete(share);
  }

  /** Other layers, other rates: begins with what fits. @param fits bit/s */
  changed(share: Share, fits: number): void {
    const one = this.#all.get(share);
    if (!one) return;
    const highest = top(share);
    one.limit = -1;
    while (one.limit < highest) {
      const more = costUpTo(share, one.limit + 1);
      if (this.sum - costUpTo(share, carried(one)) + more > fits) break;
      one.limit += 1;
    }
    if (one.limit < highest || one.isTold) tell(one);
  }

  /** The highest layer that may be sent; null for none. */
  limitOf(share: Share): SpatialLayer | null {
    return orNone(this.#all.get(share)?.limit ?? -1);
  }

  /** That what is sent takes, bit/s. */
  get sum(): number {
    let sum = 0;
    for (const one of this.#all.values()) sum += costUpTo(one.share, carried(one));
    return sum;
  }

  /** That all that is wanted would take, bit/s. */
  get wanted(): number {
    let sum = 0;
    for (const { share } of this.#all.values()) sum += costUpTo(share, aimOf(share));
    return sum;
  }

  /** That one more layer would take beside the others, bit/s; undefined while nothing is left out. */
  get next(): number | undefined {
    const one = this.#smallest();
    return one && this.sum + nextCost(one);
  }

  /** Main streams are sent. */
  get hasMain(): boolean {
    return [...this.#all.values()].some((one) => carried(one) > 0);
  }

  /**
   * Leaves out what does not fit; one layer at least. Sub streams are left out only where no main stream was sent: what
   * room their absence leaves is not seen before they are gone.
   * @returns whether there was something to leave out
   */
  leaveOut(fits: number): boolean {
    const lowest = this.hasMain ? 1 : 0;
    // What is wanted no more is no claim to having it again.
    for (const one of this.#all.values()) one.limit = Math.max(-1, carried(one));
    const changed = new Set<Limited>();
    do {
      const largest = this.#largest(lowest);
      if (!largest) break;
      largest.limit -= 1;
      changed.add(largest);
    } while (this.sum > fits);
    for (const one of changed) tell(one);
    return changed.size > 0;
  }

  /** One layer more. */
  raise(): void {
    const one = this.#smallest();
    if (!one) return;
    one.limit += 1;
    tell(one);
  }

  /** What is to be left out next: of the cameras with the most layers, the heaviest. */
  #largest(lowest: number): Limited | undefined {
    return [...this.#all.values()]
      .filter((one) => carried(one) >= lowest)
      .sort((a, b) => carried(b) - carried(a) || topCost(b) - topCost(a))[0];
  }

  /** What is to be sent more: of the cameras with the fewest layers, the lightest. */
  #smallest(): Limited | undefined {
    return [...this.#all.values()]
      .filter(({ share, limit }) => limit < aimOf(share))
      .sort((a, b) => a.limit - b.limit || nextCost(a) - nextCost(b))[0];
  }
}

function tell(one: Limited): void {
  one.isTold = true;
  one.share.onLimit(orNone(one.limit));
}

function orNone(limit: number): SpatialLayer | null {
  return limit < 0 ? null : limit;
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

function nextCost({ share, limit }: Limited): number {
  return share.rates[limit + 1] ?? 0;
}

function costUpTo({ rates }: Share, highest: number): number {
  let sum = 0;
  for (let layer = 0; layer <= highest; layer += 1) sum += rates[layer] ?? 0;
  return sum;
}
