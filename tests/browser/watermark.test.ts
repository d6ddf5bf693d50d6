/** The watermark over pictures and in snapshots, and the notice of a zone. */
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { faults } from '../support/axe.ts';
import {
  closeTabs,
  framesFlow,
  launchBrowser,
  newTab,
  openConsole,
  pill,
} from '../support/browser.ts';
import { movingPicture, type MovingPicture } from '../support/moving-picture.ts';
import { startServer, type RunningServer } from '../support/server.ts';

let server: RunningServer;
let browser: Browser;
let picture: MovingPicture;
const controller = 'City of Example, 1 Main Street';

beforeAll(async () => {
  picture = movingPicture();
  const notice = `{purpose: Safety, controller: '${controller}', retention: None, legal_basis: Road act, contact: dpo@example.org}`;
  [server, browser] = await Promise.all([
    startServer({ PRIVACY_NOTICE: notice }),
    launchBrowser(picture.args),
  ]);
});
afterEach(() => closeTabs(browser));
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
  picture?.remove();
});

/** How much of a PNG's lower left is the clear white of the watermark, which the camera's picture lacks. */
function whiteShare(page: Page, png: Buffer): Promise<number> {
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext('2d');
    context?.drawImage(image, 0, 0);
    const [width, height] = [Math.round(image.width / 2), Math.round(image.height / 12)];
    const { data } = context?.getImageData(0, image.height - height, width, height) ?? {};
    let white = 0;
    for (let at = 0; data && at < data.length; at += 4) {
      if (Math.min(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0) > 248) white += 1;
    }
    return white / (width * height);
  }, png.toString('base64'));
}

async function snapshot(operator: Page): Promise<Buffer> {
  const saved = operator.waitForEvent('download');
  await operator.getByRole('button', { name: 'Snapshot' }).click();
  return readFile(await (await saved).path());
}

test('who looks, the zone and the time are over the picture, on the wall and in snapshots', async () => {
  const zone = 'MARKED-01';
  await openConsole(browser, server.url, { zone, role: 'camera' });
  const operator = await openConsole(browser, server.url, { zone, role: 'operator' });
  await framesFlow(operator);
  const overlay = operator.getByRole('img', { name: `Watermark: open access, ${zone}` });
  expect(await whiteShare(operator, await overlay.screenshot())).toBeGreaterThan(0.02);
  expect(await whiteShare(operator, await snapshot(operator))).toBeGreaterThan(0.02);
  // It takes no clicks from what it covers, and ticks.
  const drawn = () =>
    operator.evaluate(() => {
      const canvas = document.querySelector('canvas');
      return canvas?.toDataURL() ?? '';
    });
  const before = await drawn();
  await expect.poll(drawn).not.toBe(before);
  const wall = await newTab(browser);
  await wall.goto(`${server.url}/wall?zones=${zone}`);
  await pill(wall, 'STREAMING');
  const tile = wall.getByRole('img', { name: `Watermark: open access, ${zone}` });
  expect(await whiteShare(wall, await tile.screenshot())).toBeGreaterThan(0.02);
  await wall.getByRole('button', { name: `${zone}, STREAMING` }).dblclick();
});

test('without watermarks, pictures and snapshots are as they come', async () => {
  const bare = await startServer({ PRIVACY_WATERMARK: 'false' });
  try {
    const zone = 'BARE-01';
    await openConsole(browser, bare.url, { zone, role: 'camera' });
    const operator = await openConsole(browser, bare.url, { zone, role: 'operator' });
    await framesFlow(operator);
    expect(await operator.getByRole('img', { name: 'Watermark' }).count()).toBe(0);
    expect(await whiteShare(operator, await snapshot(operator))).toBe(0);
  } finally {
    await bare.stop();
  }
});

test('operators read the notice of their zone', async () => {
  const operator = await openConsole(browser, server.url, { zone: 'NOTED-01', role: 'operator' });
  await pill(operator, 'WAITING FOR CAMERA');
  await operator.getByText('Zone notice').click();
  await operator.getByText(controller).waitFor();
  await operator.getByRole('link', { name: 'Printable sign' }).click();
  await operator.getByRole('heading', { name: 'Video surveillance' }).waitFor();
});

test('the sign is printed on one A4 page, black on white and without the console', async () => {
  const page = await newTab(browser);
  await page.goto(`${server.url}/notice?zone=noted-01`);
  await page.getByText(controller).waitFor();
  expect(await page.getByText('NOTED-01', { exact: true }).count()).toBe(1);
  expect(await faults(page)).toEqual([]);
  await page.emulateMedia({ media: 'print' });
  expect(await page.getByRole('button', { name: 'Print' }).isVisible()).toBe(false);
  expect(await page.getByText('Urban Surveillance Command Console').isVisible()).toBe(false);
  expect(await page.locator('body').evaluate((e) => getComputedStyle(e).backgroundColor)).toBe(
    'rgb(255, 255, 255)',
  );
  await page.emulateMedia({ media: null });
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  expect(pdf.match(/\/Type \/Page\b/g)).toHaveLength(1);
  expect(pdf).toMatch(/\/MediaBox \[0 0 59[45][.\d]* 84[12][.\d]*\]/);
});

test('a sign that is not complete says so, and to administrators what to do', async () => {
  const fresh = await startServer();
  try {
    const page = await newTab(browser);
    await page.goto(`${fresh.url}/notice?zone=NOTED-02`);
    await page.getByText('Not configured: controller, contact, legal basis').waitFor();
    await page.getByText('Set privacy.notice in the configuration').waitFor();
  } finally {
    await fresh.stop();
  }
});
