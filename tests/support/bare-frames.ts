/** Whether a page ever shows what a mask is to hide: every frame of its video is looked at. */
import type { Page } from 'playwright-core';
import type { Point } from '../../server/contract/privacy.ts';

export interface BareFrame {
  /** px */
  readonly width: number;
  /** Of the places. */
  readonly darkest: number;
  readonly brightest: number;
  /** How many frames since the first masked one. */
  readonly number: number;
  /** The frame in small, as a data URL: whether it is the camera's own picture, or one that was decoded wrongly. */
  readonly picture: string;
}

export interface MaskWatch {
  /** Frames that were looked at. */
  readonly frames: number;
  /** Of them, since the first one that was masked. */
  readonly sinceMasked: number;
  /** Those after the first masked one that were bare. */
  readonly bare: BareFrame[];
  /** px, of the last frame */
  readonly width: number;
}

declare global {
  interface Window {
    maskWatch?: { -readonly [Name in keyof MaskWatch]: MaskWatch[Name] };
  }
}

/** Begins to look at these places, shares of the picture, in whatever video the page has. */
export async function watchMask(page: Page, places: Point[]): Promise<void> {
  await page.evaluate((places) => {
    const watch: NonNullable<Window['maskWatch']> = { frames: 0, sinceMasked: 0, bare: [], width: 0 }; // prettier-ignore
    window.maskWatch = watch;
    const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    if (!context) throw new Error('no canvas');
    const { canvas } = context;
    const small = Object.assign(document.createElement('canvas'), { width: 160, height: 90 });
    const opaque = ({ data }: ImageData): number =>
      data.filter((value, at) => at % 4 === 3 && value > 0).length;
    const look = (video: HTMLVideoElement): void => {
      [canvas.width, canvas.height] = [video.videoWidth || 1, video.videoHeight || 1];
      context.drawImage(video, 0, 0, canvas.width, canvas.height);
      // While layers change the element may have the size of one and the frame of the other: it fills its own part then.
      const width = opaque(context.getImageData(0, 0, canvas.width, 1));
      const height = opaque(context.getImageData(0, 0, 1, canvas.height));
      let [darkest, brightest] = [255, 0];
      for (const { x, y } of places) {
        const { data } = context.getImageData(x * width, y * height, 3, 3);
        for (let byte = 0; byte < data.length; byte += 1) {
          if (byte % 4 === 3) continue;
          darkest = Math.min(darkest, data[byte] ?? 0);
          brightest = Math.max(brightest, data[byte] ?? 0);
        }
      }
      const isNothing = brightest === 0; // The picture was taken away, or has not come yet.
      // Coarse where it begins and at its edges; what is not masked has pure colours.
      const isMasked = darkest > 20 && brightest < 110;
      watch.frames += 1;
      watch.width = width;
      if (isMasked || watch.sinceMasked > 0) watch.sinceMasked += 1;
      if (!isMasked && !isNothing && watch.sinceMasked > 0) {
        small.getContext('2d')?.drawImage(canvas, 0, 0, small.width, small.height);
        const picture = small.toDataURL('image/jpeg', 0.5);
        watch.bare.push({ width, darkest, brightest, number: watch.sinceMasked, picture });
      }
      video.requestVideoFrameCallback(() => look(video));
    };
    const seen = new WeakSet<HTMLVideoElement>();
    setInterval(() => {
      for (const video of document.querySelectorAll('video')) {
        if (seen.has(video)) continue;
        seen.add(video);
        video.requestVideoFrameCallback(() => look(video));
      }
    }, 20);
  }, places);
}

export const maskWatch = (page: Page): Promise<MaskWatch> =>
  page.evaluate(() => {
    if (!window.maskWatch) throw new Error('nobody watches the mask on this page');
    return window.maskWatch;
  });
