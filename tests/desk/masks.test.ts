/** Masks are drawn far from the camera, at the desk and in the console, for cameras that nobody sits at. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { faults } from '../support/axe.ts';
import { launchBrowser, newTab, openConsole, pill } from '../support/browser.ts';
import { inRectangle } from '../support/masks.ts';
import { movingPicture, type MovingPicture } from '../support/moving-picture.ts';
import { watchPixels } from '../support/pixels.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const zone = 'QUAY-CAM-01';
let server: RunningServer;
let browser: Browser;
let picture: MovingPicture;

beforeAll(async () => {
  picture = movingPicture();
  [server, browser] = await Promise.all([startServer(), launchBrowser(picture.args)]);
  const camera = await openConsole(browser, server.url, { zone, role: 'camera' });
  await pill(camera, 'STREAMING');
}, 60_000);
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
  picture?.remove();
});

async function isHidden(page: Page): Promise<boolean> {
  const parts = await watchPixels(page, inRectangle);
  return parts.every(
    ({ darkest, brightest }) => darkest > 40 && brightest < 75 && brightest - darkest < 24,
  );
}

test('a mask that is drawn on a pane of the desk hides that part for all', async () => {
  const desk = await newTab(browser);
  await desk.goto(`${server.url}/desk?zones=${zone}`);
  await desk.getByLabel(`${zone}, STREAMING`).press('d');
  const canvas = desk.getByRole('application', { name: 'Drawing of privacy masks' });
  await canvas.waitFor();
  const box = await canvas.boundingBox();
  if (!box) throw new Error('there is nothing to draw on');
  const at = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const;
  await desk.mouse.move(...at(0.05, 0.1));
  await desk.mouse.down();
  await desk.mouse.move(...at(0.2, 0.3));
  await desk.mouse.move(...at(0.35, 0.5));
  await desk.mouse.up();
  expect(await faults(desk)).toEqual([]);
  // What is drawn is not lost by a key.
  await desk.keyboard.press('Escape');
  await desk.getByRole('button', { name: 'Mask 1, 4 points' }).waitFor();
  await desk.getByRole('button', { name: 'Save', exact: true }).click();
  await desk.getByText('Saved. Masks in force: 1.').waitFor();
  await desk.getByRole('button', { name: 'Close', exact: true }).click();
  await canvas.waitFor({ state: 'detached' });
  expect(await desk.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
    `${zone}, STREAMING`,
  );
  await expect.poll(() => isHidden(desk), { timeout: 15_000 }).toBe(true);
  await desk.close();
});

test('it is taken away in the console, by keys alone', async () => {
  const page = await openConsole(browser, server.url, { zone, role: 'operator' });
  await pill(page, 'STREAMING');
  await page.getByRole('button', { name: 'Masks', exact: true }).press('Enter');
  await page.getByRole('button', { name: 'Mask 1, 4 points' }).focus();
  await page.keyboard.press('Delete');
  expect(await faults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Save', exact: true }).press('Enter');
  await page.getByText('Saved: nothing is hidden.').waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => isHidden(page), { timeout: 15_000 }).toBe(false);
  const opener = page.getByRole('button', { name: 'Masks', exact: true });
  await expect
    .poll(() => opener.evaluate((button) => button === document.activeElement))
    .toBe(true);
});
