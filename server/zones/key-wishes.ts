/**
 * Key pictures that viewers wish of a track whose sender takes no requests for them by its media: its camera is told by
 * another way, once a second at most for each layer, however many ask.
 */
import type { SpatialLayer } from '../contract/layers.ts';

/** Between two wishes for one layer that the camera is told, ms. */
export const wishInterval = 1000;

export class KeyWishes {
  /** Told that the camera is to be asked. */
  onWish: (layer: SpatialLayer) => void = () => {};
  readonly #top: SpatialLayer;
  /** By layer, ms of `performance.now()`. */
  readonly #toldAt = new Map<SpatialLayer, number>();

  /** @param top the highest layer that there is */
  constructor(top: SpatialLayer) {
    this.#top = top;
  }

  /**
   * A viewer cannot go on without a key picture. What comes too soon is not kept: whoever needs one still asks again.
   * @returns how long another wish for this layer is of no use, ms
   */
  want(layer: SpatialLayer): number {
    const one = Math.min(layer, this.#top);
    const now = performance.now();
    const left = (this.#toldAt.get(one) ?? -Infinity) + wishInterval - now;
    if (left > 0) return left;
    this.#toldAt.set(one, now);
    this.onWish(one);
    return wishInterval;
  }
}
