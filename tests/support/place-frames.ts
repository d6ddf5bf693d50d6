/** What a page shows of a `TurningCamera`: every frame of its video is looked at for colours, which are all to be hidden. */
import type { Page } from 'playwright-core';

export interface PlaceWatch {
  readonly frames: number;
  /** Frames that were of the masks' colour all over, or in which the place was seen, one after the other. */
  readonly covered: number;
  readonly seen: number;
  readonly last: 'covered' | 'seen' | 'nothing';
  /** px, of the last frame */
  readonly width: number;
  /** Frames with a colour, and when, ms of the page's `performance.now()`. */
  readonly bare: { readonly colour: string; readonly width: number; readonly at: number }[];
}

declare global {
  interface Window {
    placeWatch?: { -readonly [Name in keyof PlaceWatch]: PlaceWatch[Name] };
  }
}

/** Begins to look, in whatever video the page has. */
export async function watchPlaces(page: Page): Promise<void> {
  await page.evaluate(() => {
    const watch: NonNullable<Window['placeWatch']> = { frames: 0, covered: 0, seen: 0, last: 'nothing', width: 0, bare: [] }; // prettier-ignore
    window.placeWatch = watch;
    const [columns, rows] = [32, 18];
    const context = new OffscreenCanvas(columns, rows).getContext('2d', {
      willReadFrequently: true,
    });
    if (!context) throw new Error('no canvas');
    const look = (video: HTMLVideoElement): void => {
      context.drawImage(video, 0, 0, columns, rows);
      const { data } = context.getImageData(0, 0, columns, rows);
      let [brightest, mostColour, colour] = [0, 0, ''];
      for (let byte = 0; byte < data.length; byte += 4) {
        const parts = [data[byte] ?? 0, data[byte + 1] ?? 0, data[byte + 2] ?? 0];
        const saturation = Math.max(...parts) - Math.min(...parts);
        brightest = Math.max(brightest, ...parts);
        if (saturation > mostColour) [mostColour, colour] = [saturation, parts.join(' ')];
      }
      watch.frames += 1;
      watch.width = video.videoWidth;
      const isBare = mostColour > 80;
      if (isBare) watch.bare.push({ colour, width: video.videoWidth, at: performance.now() });
      else if (brightest > 180) {
        watch.seen = watch.last === 'seen' ? watch.seen + 1 : 1;
        watch.last = 'seen';
      } else if (brightest > 20) {
        watch.covered = watch.last === 'covered' ? watch.covered + 1 : 1;
        watch.last = 'covered';
      }
      video.requestVideoFrameCallback(() => look(video));
    };
    const known = new WeakSet<HTMLVideoElement>();
    setInterval(() => {
      for (const video of document.querySelectorAll('video')) {
        if (known.has(video)) continue;
        known.add(video);
        video.requestVideoFrameCallback(() => look(video));
      }
    }, 20);
  });
}

export const placeWatch = (page: Page): Promise<PlaceWatch> =>
  page.evaluate(() => {
    if (!window.placeWatch) throw new Error('nobody watches this page');
    return window.placeWatch;
  });
