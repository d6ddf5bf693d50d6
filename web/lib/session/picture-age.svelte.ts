/** How old the picture on the screen is: an old one must not look live. */
import { Cadence, unknownGap } from '../../../server/contract/cadence.ts';

/** A picture without a new frame for this long is an old one, ms; of few frames a second, for longer. */
export const oldAfter = 2000;
const tick = 250; // ms

/**
 * Tells each frame that a video shows (W3C video-rvfc §3).
 * @param onFrame told when it was shown, ms of `performance.now()`, and what is known of it
 * @returns ends it
 */
export function observeFrames(
  video: HTMLVideoElement,
  onFrame: (now: number, frame: VideoFrameCallbackMetadata) => void,
): () => void {
  let running = true;
  const look = (now: number, frame: VideoFrameCallbackMetadata): void => {
    if (!running) return;
    onFrame(now, frame);
    video.requestVideoFrameCallback(look);
  };
  video.requestVideoFrameCallback(look);
  return () => (running = false);
}

export class PictureAge {
  #now = $state(performance.now());
  #shown = $state<number>();
  #cadence = new Cadence(performance.now(), unknownGap);

  /** ms since the last frame was shown; undefined before the first. */
  readonly age = $derived(
    // The clock ticks in steps, so a frame may be newer than the time on it.
    this.#shown === undefined ? undefined : Math.max(0, this.#now - this.#shown),
  );
  readonly old = $derived(this.age !== undefined && this.#cadence.stopped(this.#now, oldAfter));
  /** When an old picture was shown, ms since the epoch; undefined for one that is not. */
  readonly oldSince = $derived(
    this.old && this.#shown !== undefined ? performance.timeOrigin + this.#shown : undefined,
  );

  /** @param now ms of `performance.now()` */
  frame(now: number): void {
    this.#shown = now;
    this.#cadence.came(now);
    if (now > this.#now) this.#now = now;
  }

  /** The picture was taken away. */
  clear(): void {
    this.#shown = undefined;
    this.#cadence = new Cadence(performance.now(), unknownGap);
  }

  /** @returns ends it */
  run(): () => void {
    const timer = setInterval(() => (this.#now = performance.now()), tick);
    return () => clearInterval(timer);
  }
}
