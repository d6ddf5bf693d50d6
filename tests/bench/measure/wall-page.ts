/** A wall in a browser, as a person sees it and presses its keys. */
import type { Browser, Page } from 'playwright-core';
import { newTab } from '../../support/browser.ts';

/** Opens a wall of these zones, and waits until the last of them has frames. */
export async function openWall(browser: Browser, url: string, zones: string[]): Promise<Page> {
  const page = await newTab(browser);
  await page.goto(`${url}/wall?zones=${zones.join(',')}&layout=${zones.length}`);
  await page.getByLabel(`${zones.at(-1)}, STREAMING`).waitFor();
  return page;
}

/**
 * Presses a key and waits for the next frame of a tile whose width is as wanted.
 * @returns ms
 */
export function untilPicture(
  page: Page,
  key: string | undefined,
  zone: string | undefined,
  { least = 0, most = Number.MAX_SAFE_INTEGER }: { least?: number; most?: number },
): Promise<number> {
  return page.evaluate(
    ({ key, zone, least, most }) =>
      new Promise<number>((resolve, reject) => {
        const video = document.querySelector<HTMLVideoElement>(`[data-zone="${zone}"] video`);
        if (!video) return reject(new Error(`${zone} is not on the wall`));
        const begun = performance.now();
        const timer = setTimeout(() => reject(new Error(`no such frame of ${zone}`)), 20_000);
        const look = (_now: number, { width }: VideoFrameCallbackMetadata): void => {
          if (width < least || width > most) return void video.requestVideoFrameCallback(look);
          clearTimeout(timer);
          resolve(performance.now() - begun);
        };
        video.requestVideoFrameCallback(look);
        if (key) window.dispatchEvent(new KeyboardEvent('keydown', { key }));
      }),
    { key, zone, least, most },
  );
}

/**
 * Presses a key and waits for the next frame of each tile.
 * @returns ms until the last of them
 */
export function untilAllMove(page: Page, key: string): Promise<number> {
  return page.evaluate(async (key) => {
    const begun = performance.now();
    const frames = [...document.querySelectorAll('video')].map(
      (video) => new Promise<unknown>((resolve) => video.requestVideoFrameCallback(resolve)),
    );
    window.dispatchEvent(new KeyboardEvent('keydown', { key }));
    await Promise.all(frames);
    return performance.now() - begun;
  }, key);
}

/** Waits until each tile shows frames at least so wide; px. */
export async function untilWide(page: Page, width: number): Promise<void> {
  await page.waitForFunction(
    (width) => {
      const videos = [...document.querySelectorAll('video')];
      return videos.length > 0 && videos.every(({ videoWidth }) => videoWidth >= width);
    },
    width,
    { polling: 100 },
  );
}
