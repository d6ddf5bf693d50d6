/**
 * The highest of a track's layers that can come now: what brings it may have no room for more. Viewers are led to it, so
 * that nobody waits for a layer that is left out.
 */
import type { SpatialLayer } from '../contract/layers.ts';

export class LayerLimit {
  readonly #top: SpatialLayer;
  readonly #followers = new Set<() => void>();
  #highest: SpatialLayer;

  /** @param top the highest layer that there is */
  constructor(top: SpatialLayer) {
    this.#top = top;
    this.#highest = top;
  }

  get highest(): SpatialLayer {
    return this.#highest;
  }

  set(highest: SpatialLayer): void {
    const limit = Math.min(highest, this.#top);
    if (limit === this.#highest) return;
    this.#highest = limit;
    for (const follow of [...this.#followers]) follow();
  }

  /** @param told when it has changed; @returns what ends that */
  follow(told: () => void): () => void {
    this.#followers.add(told);
    return () => this.#followers.delete(told);
  }
}
