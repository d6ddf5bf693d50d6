/** The map: a plan is added and zones are put on it by hand, and whoever watches opens what is near. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { faults } from '../support/axe.ts';
import { launchBrowser, newTab } from '../support/browser.ts';
import type { Clip } from '../support/peers/clip.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { recordedClip } from '../support/peers/recorder.ts';
import { startServer, type RunningServer } from '../support/server.ts';

let server: RunningServer;
let browser: Browser;
let clip: Clip;
let page: Page;
let picture: Buffer;
const cameras: LightPublisher[] = [];

beforeAll(async () => {
  clip = await recordedClip();
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  for (const zone of ['GATE-01', 'YARD-02']) {
    cameras.push(await LightPublisher.start(server.url, zone, clip));
  }
  page = await newTab(browser);
  await page.setContent('<svg width="800" height="400"><rect width="800" height="400" fill="#456"/></svg>'); // prettier-ignore
  picture = await page.locator('svg').screenshot();
}, 120_000);
afterAll(async () => {
  for (const camera of cameras) camera.close();
  await Promise.all([browser?.close(), server?.stop()]);
});

const sign = (zone: string, health: string) =>
  page.getByRole('button', { name: `${zone}, ${health}`, exact: true });

/** Clicks at a share of the plan's picture. */
async function clickAt(x: number, y: number): Promise<void> {
  const box = await page.getByAltText('Plan Yard').boundingBox();
  if (!box) throw new Error('the plan is not shown');
  await page.mouse.click(box.x + x * box.width, box.y + y * box.height);
}

test('a supervisor adds a plan and puts zones on it, and they are there for all', async () => {
  await page.goto(`${server.url}/map`);
  await page.getByText('There is no plan yet').waitFor();
  await page.getByLabel('Name of the plan').fill('Yard');
  const file = { name: 'yard.png', mimeType: 'image/png', buffer: picture };
  await page.getByLabel('Picture (PNG').setInputFiles(file);
  await page.getByRole('button', { name: 'Add the plan' }).click();
  await page.getByAltText('Plan Yard').waitFor();
  for (const [zone, x, y] of [
    ['GATE-01', 0.25, 0.5],
    ['YARD-02', 0.75, 0.5],
  ] as const) {
    await page.getByLabel('Put a zone on the plan').selectOption(zone);
    await clickAt(x, y);
    await sign(zone, 'live').waitFor();
  }
  await page.getByLabel('Looks to, °').fill('90');
  await page.getByRole('button', { name: 'Save the plan' }).click();
  await page.getByText('The plan Yard is saved.').waitFor();
  await page.reload();
  await sign('GATE-01', 'live').waitFor();
  await page.getByText('2 of 2 zones live').waitFor();
  const [plan] = (await (await page.request.get(`${server.url}/api/v1/plans`)).json()) as {
    zones: { zone: string; x: number; y: number; heading: number }[];
  }[];
  const placed = plan?.zones.find(({ zone }) => zone === 'YARD-02');
  expect(placed?.heading).toBe(90);
  expect(placed?.x).toBeCloseTo(0.75, 1);
  expect(placed?.y).toBeCloseTo(0.5, 1);
});

test('a camera that goes is said to be lost', async () => {
  cameras[1]?.close();
  await expect
    .poll(() => page.getByText('1 of 2 zones live · 1 without a picture').count(), {
      timeout: 15_000,
    })
    .toBe(1);
  await sign('YARD-02', 'lost').waitFor();
});

test('it has no serious fault for those who do not see or use a mouse', async () => {
  expect(await faults(page)).toEqual([]);
  await page.setViewportSize({ width: 1440, height: 900 });
});

test('the whole plan stays in view when the window grows narrow', async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  const box = () => page.getByAltText('Plan Yard').boundingBox();
  await expect.poll(async () => (await box())?.width).toBeLessThan(390);
  await page.setViewportSize({ width: 1440, height: 900 });
  await expect.poll(async () => (await box())?.width).toBeGreaterThan(700);
});

test('a line across the plan becomes a tour, in its order', async () => {
  await page.getByRole('button', { name: 'Draw a tour' }).click();
  await clickAt(0.95, 0.5);
  await clickAt(0.05, 0.5);
  const tour = page.getByRole('link', { name: 'Open the tour of 2 zones' });
  expect(await tour.getAttribute('href')).toContain('zones=YARD-02,GATE-01');
  await page.getByRole('button', { name: 'End drawing' }).click();
});

test('Enter on a sign opens the zone with its neighbours', async () => {
  await page.locator('[data-zone="GATE-01"]').press('Enter');
  await page.waitForURL(/\/desk\?zones=GATE-01,YARD-02/);
  await page.getByLabel('Picture of GATE-01').waitFor();
});

test('what is no picture, too large, or of an old version is refused and changes nothing', async () => {
  const api = `${server.url}/api/v1/plans`;
  const headers = { origin: server.url };
  const plans = async () =>
    (await (await page.request.get(api)).json()) as { id: string; version: number }[];
  const before = await plans();
  const [plan] = before;
  const put = (type: string, data: Buffer) =>
    page.request.put(`${api}/${plan?.id}/picture`, {
      headers: { ...headers, 'Content-Type': type },
      data,
    });
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>');
  expect((await put('image/svg+xml', svg)).status()).toBe(400);
  expect((await put('image/png', svg)).status()).toBe(400);
  expect((await put('image/png', Buffer.alloc(3_000_001))).status()).toBe(400);
  const change = { name: 'Yard', version: plan?.version ?? 0, zones: [] };
  const stale = { ...change, version: change.version + 5 };
  const change1 = await page.request.put(`${api}/${plan?.id}`, { headers, data: stale });
  expect(change1.status()).toBe(409);
  expect(await plans()).toEqual(before);
});
