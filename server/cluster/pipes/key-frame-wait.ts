/**
 * Asks again for a key frame that has not come: a request or the frame's first packet can be lost, and a picture that
 * begins elsewhere cannot be decoded.
 */
import type { SpatialLayer } from '../../contract/layers.ts';

/** Between two requests, ms; doubled each time. A camera makes one in 500 ms, whoever asks. */
const pause = { first: 500, most: 4000 };

export class KeyFrameWait {
  /** The layers that have not begun yet. */
  readonly #awaited = new Set<SpatialLayer>();
  /** Whether any has. */
  #begun = false;
  #at = 0;
  #delay = pause.first;

  /**
   * Other layers are carried from now on.
   * @param now ms
   * @param before the highest that was carried; null for none
   */
  expect(now: number, before: SpatialLayer | null, highest: SpatialLayer | null): void {
    for (const layer of this.#awaited) if (layer > (highest ?? -1)) this.#awaited.delete(layer);
    if (highest === null) this.#begun = false;
    if ((highest ?? -1) <= (before ?? -1)) return;
    for (let layer = (before ?? -1) + 1; layer <= (highest ?? -1); layer += 1)
      this.#awaited.add(layer);
    this.#delay = pause.first;
    this.#at = now + this.#delay;
  }

  came(layer: SpatialLayer): void {
    this.#awaited.delete(layer);
    this.#begun = true;
  }

  get begun(): boolean {
    return this.#begun;
  }

  /**
   * Whether one is to be asked for now: before any layer has begun, and for one that comes without its beginning. A
   * layer that does not come at all is none that the camera has now.
   * @param now ms
   * @param comes whether packets of a layer come
   */
  due(now: number, comes: (layer: SpatialLayer) => boolean): boolean {
    if (now < this.#at || ![...this.#awaited].some((layer) => !this.#begun || comes(layer)))
      return false;
    this.#delay = Math.min(pause.most, 2 * this.#delay);
    this.#at = now + this.#delay;
    return true;
  }
}
