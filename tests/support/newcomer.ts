/** Whoever opens a zone in the console, and when each picture is shown there, as the page itself sees it. */
import type { Browser } from 'playwright-core';
import { framesFlow, newTab } from './browser.ts';

/** Times in ms of the page's `performance.now()`. */
export interface Seen {
  click: number;
  /** When the still was shown; undefined where the live picture came before it. */
  still?: number;
  live: number;
  /** What was said of the still's age last. */
  age?: string;
  /** Whether the still is there after the live picture has come. */
  left: boolean;
  /** The page's `performance.timeOrigin`. */
  origin: number;
}

/** Opens a zone in a tab of its own, looks until frames flow, and closes it again. */
export async function comeTo(
  browser: Browser,
  url: string,
  zone: string,
  timeout?: number,
): Promise<Seen> {
  const page = await newTab(browser);
  await page.goto(`${url}/?zone=${zone}&role=operator`);
  await page.evaluate(() => {
    const seen: Record<string, unknown> = { origin: performance.timeOrigin };
    Object.assign(window, { seen });
    const look = (): void => {
      const still = document.querySelector<HTMLImageElement>('img[alt^="Still of"]');
      if (still?.complete && still.naturalWidth > 0) seen.still ??= performance.now();
      const age = document.querySelector('.age.still')?.textContent;
      if (age) seen.age = age;
      const video = document.querySelector('video');
      const frames = video?.getVideoPlaybackQuality().totalVideoFrames ?? 0;
      if (frames > 0) seen.live ??= performance.now();
      seen.left = still !== null;
      requestAnimationFrame(look);
    };
    look();
    document.addEventListener('click', () => (seen.click ??= performance.now()), true);
  });
  await page.getByRole('button', { name: 'Initialise Secure Session' }).click();
  await framesFlow(page, 10, timeout);
  const seen = await page.evaluate(() => (window as unknown as { seen: Seen }).seen);
  await page.context().close();
  return seen;
}
