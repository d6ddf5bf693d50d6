/** What the pixels of a page's video do over time, in parts of its picture. */
import type { Page } from 'playwright-core';
import type { Point } from '../../server/contract/privacy.ts';

export interface PartOfPicture {
  /** Over all its pixels, all frames and all three colours: 0–255. */
  readonly darkest: number;
  readonly brightest: number;
}

/**
 * Looks at each of these places in every frame that the first video that plays shows for 2 s, and in 15 frames at least.
 * @param places as shares of the picture
 */
export function watchPixels(page: Page, places: Point[]): Promise<PartOfPicture[]> {
  return page.evaluate(
    (places) =>
      new Promise((resolve) => {
        const video = [...document.querySelectorAll('video')].find(({ paused }) => !paused);
        if (!video) throw new Error('no video of the page plays');
        const parts = places.map(() => ({ darkest: 255, brightest: 0 }));
        const canvas = new OffscreenCanvas(1, 1);
        const context = canvas.getContext('2d', { willReadFrequently: true });
        const until = performance.now() + 2000;
        let frames = 0;
        const look = (): void => {
          canvas.width = video.videoWidth;
          canvas.height = video.videoHeight;
          context?.drawImage(video, 0, 0, canvas.width, canvas.height);
          for (const [index, { x, y }] of places.entries()) {
            const part = parts[index];
            const pixels = context?.getImageData(x * canvas.width, y * canvas.height, 4, 4).data;
            pixels?.forEach((value, byte) => {
              if (!part || byte % 4 === 3) return;
              part.darkest = Math.min(part.darkest, value);
              part.brightest = Math.max(part.brightest, value);
            });
          }
          frames += 1;
          if (frames < 15 || performance.now() < until) video.requestVideoFrameCallback(look);
          else resolve(parts);
        };
        video.requestVideoFrameCallback(look);
      }),
    places,
  );
}
