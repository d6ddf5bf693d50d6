/** What each layer of a camera takes, as seen last; guessed from its size until it is. */
import type { SpatialLayer } from '../../server/contract/layers.ts';
import type { UploadLayer } from './upload.ts';

/** Of a camera's H.264, bits per pixel and frame. */
const guess = 0.07;
const usualFrameRate = 25;
/**
 * What a layer takes is seen from key picture to key picture over so long at least, and, where those are rare, so long at
 * most; ms. What has come before is a better guess than none.
 */
const seen = { least: 2000, most: 10_000, first: 300 };
/** Of what was seen last, beside what was seen before. */
const weight = 0.3;
/** So long nothing of it is a pause, ms. */
const pause = 1000;

interface Seen {
  /** When the first of these bytes came, and the last, ms. */
  since: number;
  last: number;
  bytes: number;
  /** It was seen for long enough once. */
  isKnown: boolean;
}

export class LayerRates {
  /** bit/s, the smallest layer first. */
  readonly rates: number[];
  readonly #seen: Seen[];

  constructor(layers: readonly UploadLayer[]) {
    this.rates = layers.map(
      ({ width, height, frameRate = usualFrameRate }) => width * height * frameRate * guess,
    );
    this.#seen = layers.map(() => ({ since: 0, last: -Infinity, bytes: 0, isKnown: false }));
  }

  /** A picture came. @param now ms */
  came(
    layer: SpatialLayer,
    {
      bytes,
      isKey,
      now,
    }: { readonly bytes: number; readonly isKey: boolean; readonly now: number },
  ): void {
    const one = this.#seen[layer];
    if (!one) return;
    const time = now - one.since;
    const isWhole = time >= seen.most || (isKey && time >= seen.least);
    if (now - one.last > pause || isWhole) {
      if (now - one.last <= pause) this.#learn(layer, one, time);
      one.since = now;
      one.bytes = 0;
    } else if (!one.isKnown && time >= seen.first) {
      this.rates[layer] = (one.bytes * 8000) / time;
    }
    one.last = now;
    one.bytes += bytes;
  }

  #learn(layer: SpatialLayer, one: Seen, time: number): void {
    const rate = (one.bytes * 8000) / time;
    const before = this.rates[layer] ?? rate;
    this.rates[layer] = one.isKnown ? before + (rate - before) * weight : rate;
    one.isKnown = true;
  }
}
