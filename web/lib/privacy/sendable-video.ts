/**
 * A camera's picture as it may be sent: as it is while its zone has no masks, and only with them burnt
 * in once it has some.
 */
import type { RefusedError } from '../../../server/contract/errors.ts';
import type { Masks } from '../../../server/contract/privacy.ts';
import type { MaskedTrack } from './masked-track.ts';
import { maskTrack } from './masking.ts';

export class SendableVideo {
  /** The camera's own track; never sent. */
  readonly camera: MediaStreamTrack;
  readonly #onFailed: (error: RefusedError) => void;
  /** Sent while there are no masks: a copy, so that it can be stopped alone. */
  #plain: MediaStreamTrack | undefined;
  #masked: MaskedTrack | undefined;

  /** @param onFailed told when masks cannot be burnt in any longer; nothing is sent from then on */
  constructor(camera: MediaStreamTrack, onFailed: (error: RefusedError) => void) {
    this.camera = camera;
    this.#onFailed = onFailed;
  }

  /** The id of the device that it comes from; empty where the browser does not tell. */
  get device(): string {
    return this.camera.getSettings().deviceId ?? '';
  }

  /**
   * The track to send. From this call on no frame without these masks leaves, even before the track
   * takes the place of the former one.
   * @throws RefusedError `masks-required` when this browser cannot burn them in
   */
  trackWith(masks: Masks): MediaStreamTrack {
    if (this.#masked) {
      // Once there, the way through the worker stays: without masks it hands frames on as they are.
      this.#masked.setMasks(masks);
      return this.#masked.track;
    }
    if (masks.length === 0) return (this.#plain ??= hinted(this.camera.clone()));
    this.#plain?.stop();
    this.#plain = undefined;
    this.#masked = maskTrack(this.camera, masks, this.#onFailed);
    return hinted(this.#masked.track);
  }

  close(): void {
    this.#plain?.stop();
    this.#masked?.close();
    this.camera.stop();
  }
}

/** When the link is short, movement is kept rather than sharpness. */
function hinted(track: MediaStreamTrack): MediaStreamTrack {
  track.contentHint = 'motion';
  return track;
}
