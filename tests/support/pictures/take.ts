/** A picture of a page as a WebP file that a manual can carry. */
import { writeFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

/** How a page is looked at. */
export interface View {
  /** CSS px */
  readonly width: number;
  readonly height: number;
  /** Device pixels to a CSS pixel; a browser that enlarges a page to 200 % has 2. */
  readonly density?: number;
  /** What is below the window is in the picture too. */
  readonly whole?: boolean;
  /** Pixels of the picture to a CSS pixel. */
  readonly scale?: number;
}

/** Of one picture, bytes. */
const most = 250_000;
const qualities = [85, 70, 55, 40, 25];
/** For the layout to settle, and for pictures of another size to come, ms. */
const settles = { layout: 400, pictures: 2500 };

/**
 * Takes it in the best quality that is small enough, or in the worst.
 * @returns bytes
 */
export async function take(page: Page, file: string, view: View): Promise<number> {
  const { width, height, density = 1, whole = false, scale = 1 } = view;
  await page.setViewportSize({ width, height });
  const devtools = await page.context().newCDPSession(page);
  if (density !== 1) {
    await devtools.send('Emulation.setDeviceMetricsOverride', {
      ...{ width, height, deviceScaleFactor: density, mobile: false },
    });
  }
  await page.waitForTimeout(settles.layout);
  if ((await page.locator('video').count()) > 0) await page.waitForTimeout(settles.pictures);
  const { cssContentSize } = await devtools.send('Page.getLayoutMetrics');
  const clip = { x: 0, y: 0, width, height: whole ? cssContentSize.height : height, scale };
  let bytes = 0;
  for (const quality of qualities) {
    const { data } = await devtools.send('Page.captureScreenshot', {
      ...{ format: 'webp', quality, clip, captureBeyondViewport: whole },
    });
    const picture = Buffer.from(data, 'base64');
    writeFileSync(file, picture);
    bytes = picture.length;
    if (bytes <= most) break;
  }
  await devtools.detach();
  return bytes;
}
