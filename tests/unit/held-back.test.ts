/** Chromium at times decodes frames and shows none; the player is replaced then, and only then. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { freeHeldBack } from '../../web/lib/wall/held-back.ts';

/** As much of a video as matters here: frames that are decoded, and callbacks for those that are shown. */
class Video {
  attached = 1;
  #frames = 0;
  #stream: unknown = 'a stream';
  readonly #callbacks = new Map<number, () => void>();

  get srcObject(): unknown {
    return this.#stream;
  }
  set srcObject(stream: unknown) {
    this.#stream = stream;
    this.#frames = 0;
    if (stream) this.attached += 1;
  }
  getVideoPlaybackQuality() {
    return { totalVideoFrames: this.#frames };
  }
  requestVideoFrameCallback(callback: () => void): number {
    this.#callbacks.set(this.#callbacks.size + 1, callback);
    return this.#callbacks.size;
  }
  cancelVideoFrameCallback(id: number): void {
    this.#callbacks.delete(id);
  }
  decode(frames: number): void {
    this.#frames += frames;
    vi.advanceTimersByTime(60);
  }
  show(): void {
    for (const callback of this.#callbacks.values()) callback();
  }
}

let video: Video;
let end: () => void;
beforeEach(() => {
  vi.useFakeTimers();
  video = new Video();
  video.decode(100);
  end = freeHeldBack(video as unknown as HTMLVideoElement);
});
afterEach(() => {
  end();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test('a video that shows nothing of what it decodes gets a new player of the same stream', () => {
  video.decode(1);
  expect(video.attached).toBe(1);
  video.decode(1);
  expect(video.attached).toBe(2);
  expect(video.srcObject).toBe('a stream');
});

test('each new player has twice the frames to show one', () => {
  video.decode(2);
  video.decode(3);
  expect(video.attached).toBe(2);
  video.decode(1);
  expect(video.attached).toBe(3);
  video.decode(7);
  expect(video.attached).toBe(3);
});

test('a video that has shown a frame is left alone, as is one that nothing comes for', () => {
  video.decode(0);
  expect(video.attached).toBe(1);
  video.show();
  video.decode(50);
  expect(video.attached).toBe(1);
});

test('so is one that is not to be seen any more', () => {
  end();
  video.decode(50);
  expect(video.attached).toBe(1);
});
