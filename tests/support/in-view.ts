/** What is in the window of a page. */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** Waits until all of it is in the window of a page that nobody has scrolled. */
export async function expectInView(page: Page, locator: Locator): Promise<void> {
  const { width = 0, height = 0 } = page.viewportSize() ?? {};
  await expect
    .poll(async () => {
      const box = await locator.boundingBox();
      if (!box) return 'not there';
      const [right, bottom] = [Math.round(box.x + box.width), Math.round(box.y + box.height)];
      const fits = box.x >= 0 && box.y >= 0 && right <= width && bottom <= height;
      return fits ? 'in view' : JSON.stringify({ ...box, of: [width, height] });
    })
    .toBe('in view');
  expect(await page.evaluate(() => scrollY)).toBe(0);
}
