/** Looks at a page in the sizes of a desk and of a telephone, once it has all that it waits for. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { lookThrough, type Findings } from './look-through.ts';

const sizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
/** Waits until the page says no more than it did a moment ago, but for how long something has gone on. */
export async function settled(page: Page): Promise<void> {
  let before = '';
  const same = async (): Promise<boolean> => {
    const now = (await page.locator('body').innerText()).replace(/\d+/g, '');
    const isSame = now === before;
    before = now;
    return isSame;
  };
  await expect.poll(same, { interval: 150 }).toBe(true);
}

/** Looks at a page in each size, written from either side; keeps what is wrong with it. */
export async function lookAtSizes(
  page: Page,
  data: RegExp[],
  found: Record<string, Findings>,
  what: string[],
) {
  for (const size of sizes) {
    await page.setViewportSize(size);
    for (const direction of ['ltr', 'rtl']) {
      await page.evaluate((dir) => (document.documentElement.dir = dir), direction);
      const { unknown, cut } = await lookThrough(page, data);
      const where = [new URL(page.url()).pathname, ...what, size.width, direction].join(' ');
      if (unknown.length + cut.length > 0) found[where] = { unknown, cut };
    }
  }
  await page.evaluate(() => (document.documentElement.dir = 'ltr'));
  await page.setViewportSize({ width: 1440, height: 900 });
}
