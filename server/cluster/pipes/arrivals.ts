/** What has come of a picture over a pipe, and what its layers take. */
import type { SpatialLayer } from '../../contract/layers.ts';
import type { Arrivals, StreamArrivals } from '../../media/plane.ts';

/** What has come between two looks. */
export interface Came {
  readonly bytes: number;
  readonly packets: number;
  /** Packets that were asked for again, each time counted. */
  readonly askedAgain: number;
}

const nothing: Came = { bytes: 0, packets: 0, askedAgain: 0 };
/** How much a look counts in what a layer takes: more where it takes more. */
const share = { more: 0.5, less: 0.1 };
/** More than this share cannot be told from requests: a packet may be asked for ten times. */
const mostLost = 0.3;

/**
 * What has come of the layers up to one since another look. What is asked for again of a layer that is carried no more
 * says nothing.
 */
export function cameSince(before: Arrivals, now: Arrivals, highest: SpatialLayer): Came {
  return now.streams.slice(0, highest + 1).reduce((sum, stream, index) => {
    const came = difference(before.streams[index], stream);
    return {
      bytes: sum.bytes + came.bytes,
      packets: sum.packets + came.packets,
      askedAgain: sum.askedAgain + came.askedAgain,
    };
  }, nothing);
}

/**
 * What each layer takes, bit/s; undefined where that is not known. Layers in one stream are told apart by their pixels.
 * @param known what it took before
 * @param areas px of each layer, the smallest first
 * @param highest the highest layer that is carried
 * @param time between the looks, ms
 */
export function ratesOf(
  known: readonly (number | undefined)[],
  areas: readonly number[],
  { before, now }: { readonly before: Arrivals; readonly now: Arrivals },
  highest: SpatialLayer,
  time: number,
): (number | undefined)[] {
  const carried = areas.slice(0, highest + 1);
  const pixels = carried.reduce((sum, area) => sum + area, 0);
  const inOne = now.streams.length === 1;
  return areas.map((area, layer) => {
    const index = inOne ? 0 : layer;
    const stream = now.streams[index];
    if (layer > highest || !stream) return known[layer];
    const came = difference(before.streams[index], stream);
    if (came.bytes === 0) return known[layer];
    const part = inOne ? area / pixels : 1;
    const rate = (part * came.bytes * 8000) / time / (1 - Math.min(mostLost, lossOf(came)));
    const former = known[layer] ?? rate;
    return former + (rate > former ? share.more : share.less) * (rate - former);
  });
}

/** The share of packets that were lost at first, as far as the requests for them tell. */
export function lossOf({ packets, askedAgain }: Came): number {
  return askedAgain === 0 ? 0 : askedAgain / (packets + askedAgain);
}

function difference(before: StreamArrivals | undefined, now: StreamArrivals): Came {
  const since = before ?? nothing;
  return {
    bytes: Math.max(0, now.bytes - since.bytes),
    packets: Math.max(0, now.packets - since.packets),
    askedAgain: Math.max(0, now.askedAgain - since.askedAgain),
  };
}
