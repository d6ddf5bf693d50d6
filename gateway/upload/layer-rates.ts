/** What each layer of a camera takes, as seen last; guessed from its size until it is. */
import type { SpatialLayer } from '../../server/contract/layers.ts';
import type { UploadLayer } from './upload.ts';

/** Of a camera's H.264, bits per pixel and frame. */
const guess = 0.07;
const usualFrameRate = 25;
/** A layer that is sent without a pause for so long shows what it takes, ms. */
const window = 2000;
/** So long nothing of it is a pause, ms. */
const pause = 1000;

export class LayerRates {
  /** bit/s, the smallest layer first. */
  readonly rates: number[];
  readonly #seen: { since: number; last: number; bytes: number }[];

  constructor(layers: readonly UploadLayer[]) {
    this.rates = layers.map(
      ({ width, height, frameRate = usualFrameRate }) => width * height * frameRate * guess,
    );
    this.#seen = layers.map(() => ({ since: -Infinity, last: -Infinity, bytes: 0 }));
  }

  /** A picture came. @param now ms */
  came(layer: SpatialLayer, bytes: number, now: number): void {
    const seen = this.#seen[layer];
    if (!seen) return;
    if (now - seen.last > pause) {
      seen.since = now;
      seen.bytes = 0;
    } else if (now - seen.since >= window) {
      this.rates[layer] = (seen.bytes * 8000) / (now - seen.since);
      seen.since = now;
      seen.bytes = 0;
    }
    seen.last = now;
    seen.bytes += bytes;
  }
}
