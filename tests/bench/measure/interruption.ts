/** How long a viewer's picture stands still after something happened. */
import type { Page } from 'playwright-core';

interface FrameLog {
  /** When each frame was shown, ms since the epoch. */
  shownFrames: number[];
}

/** Begins to remember when frames are shown, over changes of the page's video. */
export async function logFrames(page: Page): Promise<void> {
  await page.evaluate(() => {
    const log = window as unknown as FrameLog;
    log.shownFrames = [];
    const look = (): void => {
      log.shownFrames.push(performance.timeOrigin + performance.now());
      document.querySelector('video')?.requestVideoFrameCallback(look);
    };
    document.querySelector('video')?.requestVideoFrameCallback(look);
  });
}

/**
 * Waits until frames have flowed for a second again, and measures from the event to the first of them.
 * @param since ms since the epoch
 * @returns ms; frames that were still under way when it happened do not count
 */
export async function untilFramesFlow(
  page: Page,
  since: number,
  timeout = 30_000,
): Promise<number> {
  const found = await page.waitForFunction(
    (since) => {
      const { shownFrames } = window as unknown as FrameLog;
      const after = shownFrames.filter((time) => time > since);
      // The picture is back with the frame that follows the longest pause, once more have come.
      let back = 0;
      for (let index = 0; index < after.length; index += 1) {
        const pause = (after[index] ?? 0) - (after[index - 1] ?? since);
        const longest = (after[back] ?? 0) - (after[back - 1] ?? since);
        if (pause > longest) back = index;
      }
      const [first, last] = [after[back], after.at(-1)];
      const now = performance.timeOrigin + performance.now();
      if (first === undefined || last === undefined || now - since < 1500) return undefined;
      return last - first >= 1000 && now - last < 300 ? first - since : undefined;
    },
    since,
    { timeout, polling: 50 },
  );
  return (await found.jsonValue()) ?? NaN;
}
