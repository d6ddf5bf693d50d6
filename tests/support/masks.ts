/** A privacy mask, places in and outside of it, and how masks are set. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Masks } from '../../server/contract/privacy.ts';

export const rectangle = {
  points: [
    { x: 0.05, y: 0.1 },
    { x: 0.35, y: 0.1 },
    { x: 0.35, y: 0.5 },
    { x: 0.05, y: 0.5 },
  ],
};
/** Inside, as near to the edges as the codec's blocks and its smoothing allow. */
export const inRectangle = [
  { x: 0.1, y: 0.17 },
  { x: 0.3, y: 0.17 },
  { x: 0.2, y: 0.3 },
  { x: 0.3, y: 0.43 },
];

/** As whoever is at the page; without accounts, anyone. */
export async function setMasks(page: Page, zone: string, masks: Masks): Promise<void> {
  const status = await page.evaluate(
    async ({ zone, masks }) =>
      (
        await fetch(`/api/zones/${zone}`, {
          method: 'PUT',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ masks }),
        })
      ).status,
    { zone, masks },
  );
  expect(status).toBe(200);
}
