/** How old the picture on the screen is: an old one must not look live. */
import { Cadence, unknownGap } from '../../../server/contract/cadence.ts';
import { BothClocks } from './both-clocks.ts';
import type { Flow } from './status.ts';

/** A picture without a new frame for this long is an old one, ms; of few frames a second, for longer. */
const oldAfter = 2000;
/** For so long after a frame, the time on its stamp goes on, ms: it shows seconds. */
const stampRuns = 1000;

/** All times are ms of `performance.now()`. */
export class PictureAge {
  /** When the last frame was shown. */
  #shown = $state.raw<BothClocks>();
  /** Since when a frame has been awaited. */
  #awaited = $state(0);
  #cadence = new Cadence(0, unknownGap);

  /**
   * A frame was shown. @param received when it came, where the browser tells: a page that comes into sight again shows the
   * last one of before once more
   */
  frame(now: number, received?: number): void {
    if (received !== undefined && received < this.#awaited) return;
    this.#shown = new BothClocks(now);
    this.#cadence.came(now);
  }

  /** Frames are not due yet. */
  awaitFrames(now: number): void {
    this.#awaited = now;
    this.#cadence.rest(now);
  }

  /** The picture was taken away. */
  clear(): void {
    this.#shown = undefined;
    this.#awaited = performance.now();
    this.#cadence = new Cadence(this.#awaited, unknownGap);
  }

  /** Whether frames flow. */
  flow(now: number): Flow {
    if (this.#overdue(now)) return this.#shown === undefined ? 'none' : 'stopped';
    return this.#shown !== undefined && this.#shown.counted > this.#awaited ? 'flowing' : 'none';
  }

  /** How long ago the last frame was shown, ms; undefined before the first. */
  at(now: number): number | undefined {
    return this.#shown?.ageAt(now);
  }

  /** When the picture was shown, ms since the epoch, if it is an old one. */
  oldSince(now: number): number | undefined {
    const shown = this.#shown;
    const age = shown?.ageAt(now);
    if (shown === undefined || age === undefined || age < oldAfter) return undefined;
    // While frames are awaited again, the picture is that of before.
    const slept = age - (now - shown.counted) >= oldAfter;
    if (shown.counted > this.#awaited && !this.#overdue(now) && !slept) return undefined;
    return shown.at;
  }

  /** When the last frame was shown, ms since the epoch; undefined before the first. */
  get lastShown(): number | undefined {
    return this.#shown?.at;
  }

  /** Whether there was a frame. */
  get shown(): boolean {
    return this.#shown !== undefined;
  }

  /** What a stamp on the picture says, ms since the epoch; undefined while frames come, and it says the time of now. */
  stamp(now: number): number | undefined {
    const age = this.at(now);
    return age === undefined || age < stampRuns ? undefined : this.#shown?.at;
  }

  #overdue(now: number): boolean {
    const due = Math.max(this.#shown?.counted ?? 0, this.#awaited);
    return now > due && this.#cadence.stopped(now, oldAfter);
  }
}

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
