/** When a page showed each frame of its video, and how large it was. */
import type { Page } from 'playwright-core';
import { videoStands } from './browser.ts';

export interface Shown {
  /** ms on the page's own clock (`performance.timeOrigin` + `performance.now()`) */
  readonly at: number;
  /** px */
  readonly width: number;
}

export interface FrameHistory {
  readonly frames: Shown[];
  /** ms; the time since the last frame counts too */
  readonly longestGap: number;
  /** How often, of 20 looks per second, the picture was black. */
  readonly black: number;
}

/** Begins the record; called again, it begins afresh. */
export async function watchFrames(page: Page): Promise<void> {
  await videoStands(page);
  await page.evaluate(() => {
    const video = document.querySelector('video');
    if (!video) throw new Error('there is no video on the page');
    const record: { at: number; width: number }[] = [];
    let last: number | undefined;
    Object.assign(globalThis, { shownFrames: record });
    const look = (_now: number, { width, rtpTimestamp }: VideoFrameCallbackMetadata): void => {
      if ((globalThis as { shownFrames?: unknown }).shownFrames !== record) return;
      // The last frame is painted again when tracks change; only what came over the network counts.
      if (rtpTimestamp !== undefined && rtpTimestamp !== last) {
        record.push({ at: performance.timeOrigin + performance.now(), width });
      }
      last = rtpTimestamp;
      video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
    const canvas = new OffscreenCanvas(16, 9);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    const dark = { looks: 0 };
    Object.assign(globalThis, { darkLooks: dark });
    const timer = setInterval(() => {
      if ((globalThis as { darkLooks?: unknown }).darkLooks !== dark) return clearInterval(timer);
      context?.drawImage(video, 0, 0, 16, 9);
      const pixels = context?.getImageData(0, 0, 16, 9).data ?? new Uint8ClampedArray();
      if (!pixels.some((value, index) => index % 4 < 3 && value > 40)) dark.looks += 1;
    }, 50);
  });
}

export async function frameHistory(page: Page): Promise<FrameHistory> {
  const { frames, black, now } = await page.evaluate(() => ({
    frames: (globalThis as unknown as { shownFrames: Shown[] }).shownFrames,
    black: (globalThis as unknown as { darkLooks: { looks: number } }).darkLooks.looks,
    now: performance.timeOrigin + performance.now(),
  }));
  const times = [...frames.map(({ at }) => at), now];
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
  return { frames, longestGap: Math.max(...gaps), black };
}
