/** A plan on the city's own map: drawn from one archive at the server, and from nowhere else. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { faults } from '../support/axe.ts';
import { launchBrowser, newTab } from '../support/browser.ts';
import { bounds, cityArchive, middle } from '../support/city-archive.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { placeAt } from '../../web/lib/map/mercator.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-city-'));
const archive = cityArchive();
let server: RunningServer;
let browser: Browser;
let page: Page;
/** Of what the page has asked for. */
const asked: string[] = [];
const violations: string[] = [];

beforeAll(async () => {
  const file = path.join(folder, 'city.pmtiles');
  writeFileSync(file, archive);
  const zones = 'GATE-01,YARD-02,FAR-03';
  [server, browser] = await Promise.all([
    startServer({ MAP_ARCHIVE: file, ZONES_CONFIGURED: zones }),
    launchBrowser(),
  ]);
  page = await newTab(browser);
  await page.setViewportSize({ width: 1440, height: 900 });
  page.on('request', (request) => asked.push(request.url()));
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) violations.push(message.text());
  });
}, 120_000);
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
  rmSync(folder, { recursive: true });
});

const sign = (zone: string) =>
  page.getByRole('button', { name: `${zone}, no camera`, exact: true });

/** How many colours the tiles of the map have, of a sample. */
const colours = () =>
  page.evaluate(() => {
    const seen = new Set<string>();
    for (const canvas of document.querySelectorAll<HTMLCanvasElement>('canvas.leaflet-tile')) {
      if (canvas.width === 0) continue;
      const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
      for (let at = 0; data && at < data.length; at += 4 * 7)
        seen.add(`${data[at]},${data[at + 1]},${data[at + 2]},${data[at + 3]}`);
    }
    return seen.size;
  });

/** Clicks at a share of the map. */
async function clickAt(x: number, y: number): Promise<void> {
  const box = await page.getByRole('region', { name: 'Plan City' }).boundingBox();
  if (!box) throw new Error('the map is not shown');
  await page.mouse.click(box.x + x * box.width, box.y + y * box.height);
}

test('a supervisor puts zones on the map of the city, by click and by degrees', async () => {
  await page.goto(`${server.url}/map`);
  await page.getByText('Add one below: the city’s map').waitFor();
  await page.getByLabel('Name of the plan').fill('City');
  await page.getByLabel('It stands on').selectOption('the city’s map');
  await page.getByRole('button', { name: 'Add the plan' }).click();
  await page.getByText('© OpenStreetMap').waitFor();
  await expect.poll(colours).toBeGreaterThan(20);
  const put = page.getByLabel('Put a zone on the plan');
  await put.selectOption('GATE-01');
  await clickAt(0.5, 0.5);
  await sign('GATE-01').waitFor();
  const latitude = Number(await page.getByLabel('Latitude, °').inputValue());
  expect(latitude).toBeGreaterThan(bounds.south);
  expect(latitude).toBeLessThan(bounds.north);
  expect(await page.getByLabel('Sees so far, m').inputValue()).toBe('60');
  for (const [zone, x] of [
    ['YARD-02', 0.6],
    ['FAR-03', 0.8],
  ] as const) {
    // prettier-ignore
    await put.selectOption(zone);
    await clickAt(x, 0.4);
    await sign(zone).waitFor();
  }
  await page.getByLabel('Latitude, °').fill(`${middle.latitude}`);
  await page.getByLabel('Looks to, °').fill('90');
  await page.getByRole('button', { name: 'Save the plan' }).click();
  await page.getByText('The plan City is saved.').waitFor();
  const plans = await page.request.get(`${server.url}/api/v1/plans`);
  const [plan] = (await plans.json()) as {
    ground: string;
    zones: { zone: string; x: number; y: number }[];
  }[];
  expect(plan?.ground).toBe('city');
  const placed = (of: string) => plan?.zones.find(({ zone }) => zone === of);
  const { x, y } = placeAt(middle.latitude, middle.longitude);
  expect(placed('GATE-01')?.x).toBeCloseTo(x, 5);
  expect(placed('FAR-03')?.y).toBeCloseTo(y, 8);
});

test('it is there again, with its zones in view, and asks nobody but this server', async () => {
  await page.reload();
  for (const zone of ['GATE-01', 'YARD-02', 'FAR-03']) await sign(zone).waitFor();
  await expect.poll(colours).toBeGreaterThan(20);
  const elsewhere = asked.filter((address) => !/^(data|blob):/.test(address) && !address.startsWith(`${server.url}/`)); // prettier-ignore
  expect(elsewhere.filter((address) => !address.startsWith('wss:'))).toEqual([]);
  expect(asked.some((address) => address.includes('/api/v1/city-map/archive?of='))).toBe(true);
  expect(violations).toEqual([]);
  expect(await faults(page)).toEqual([]);
});

test('a line across it becomes a tour, and Enter opens a zone with the nearest', async () => {
  await page.getByRole('button', { name: 'Draw a tour' }).click();
  const boxes = await Promise.all(['FAR-03', 'GATE-01'].map((zone) => sign(zone).boundingBox()));
  for (const box of boxes) await page.mouse.click((box?.x ?? 0) + 11, (box?.y ?? 0) + 26);
  const tour = page.getByRole('link', { name: /Open the tour of [23] zones/ });
  expect(await tour.getAttribute('href')).toMatch(/zones=FAR-03,.*GATE-01/);
  await page.getByRole('button', { name: 'End drawing' }).click();
  await page.locator('[data-zone="GATE-01"]').press('Enter');
  await page.waitForURL(/\/desk\?zones=GATE-01,YARD-02,FAR-03/);
});

test('the archive is given part by part, and never as a whole', async () => {
  const address = `${server.url}/api/v1/city-map`;
  const get = (range?: string, query = '') =>
    page.request.get(`${address}/archive${query}`, { headers: range ? { range } : {} });
  const { map } = (await (await page.request.get(address)).json()) as { map: { of: string } };
  const part = await get('bytes=0-126', `?of=${map.of}`);
  expect(part.status()).toBe(206);
  expect(await part.body()).toEqual(archive.subarray(0, 127));
  expect(part.headers()).toMatchObject({
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-transform, max-age=31536000, immutable',
    'content-range': `bytes 0-126/${archive.length}`,
    etag: `"${map.of}"`,
  });
  expect(part.headers()).not.toHaveProperty('content-encoding');
  const old = await get('bytes=0-0', '?of=another');
  expect(old.headers()['cache-control']).not.toContain('immutable');
  for (const range of [undefined, 'bytes=9999999-', 'bytes=0-1,5-6', 'bytes=x']) {
    const refused = await get(range);
    expect(refused.status()).toBe(416);
    expect(refused.headers()['content-range']).toBe(`bytes */${archive.length}`);
  }
  expect((await (await get('bytes=-10')).body()).equals(archive.subarray(-10))).toBe(true);
});
