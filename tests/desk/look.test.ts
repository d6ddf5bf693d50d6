/** The themes: chosen by a person, there before the first paint, and readable; and what is left in forced colours. */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { faults } from '../support/axe.ts';
import { closeTabs, launchBrowser, newTab, pill } from '../support/browser.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { recordedClip } from '../support/peers/recorder.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { password, setUp } from '../support/visitor.ts';

const zone = 'CBD-TRAFFIC-01';
const absent = 'DOCK-GATE-01';
let server: RunningServer;
let withAccounts: RunningServer;
let browser: Browser;
let camera: LightPublisher;

beforeAll(async () => {
  const clip = await recordedClip();
  [server, withAccounts, browser] = await Promise.all([
    startServer({ ZONES_CONFIGURED: absent }),
    startServer({ ACCESS_MODE: 'accounts', TLS_ENABLED: 'false' }),
    launchBrowser(),
  ]);
  await setUp(withAccounts);
  camera = await LightPublisher.start(server.url, zone, clip);
}, 120_000);
afterEach(() => closeTabs(browser));
afterAll(async () => {
  camera?.close();
  await Promise.all([browser?.close(), server?.stop(), withAccounts?.stop()]);
});

/** A tab whose browser has kept this choice. */
async function tabWith(theme: 'light' | 'system'): Promise<Page> {
  const page = await newTab(browser);
  await page.addInitScript((kept) => {
    localStorage.setItem('surveillance-theme', kept);
    // In which theme the page was when it first had anything to paint.
    new MutationObserver((_, observer) => {
      if (!document.body) return;
      Object.assign(globalThis, { painted: document.documentElement.dataset.theme });
      observer.disconnect();
    }).observe(document, { childList: true, subtree: true });
  }, theme);
  return page;
}
const groundOf = (locator: Locator): Promise<string> =>
  locator.evaluate((element) => getComputedStyle(element).backgroundColor);
const bodyOf = (page: Page): Promise<string> => groundOf(page.locator('body'));
const darkGround = 'rgb(10, 16, 22)';
const lightGround = 'rgb(238, 242, 246)';

test('a person chooses the theme on the page of the account, and it is kept', async () => {
  const page = await newTab(browser);
  await page.goto(`${withAccounts.url}/sign-in?next=/account`);
  expect(await bodyOf(page)).toBe(darkGround);
  await page.getByLabel('Name', { exact: true }).fill('Ada');
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Theme').selectOption('Light');
  await expect.poll(() => bodyOf(page)).toBe(lightGround);
  expect(await page.locator('meta[name="color-scheme"]').getAttribute('content')).toBe('light');
  expect(await page.locator('meta[name="theme-color"]').getAttribute('content')).toBe('#eef2f6');
  expect(await faults(page)).toEqual([]);
  await page.reload();
  await page.getByLabel('Theme').waitFor();
  expect(await bodyOf(page)).toBe(lightGround);
});

test('“as the system” follows it at once, without a flash, and leaves walls dark', async () => {
  const page = await tabWith('system');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(`${server.url}/desk`);
  expect(await page.evaluate('painted')).toBe('light');
  expect(await bodyOf(page)).toBe(lightGround);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(() => bodyOf(page)).toBe(darkGround);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(`${server.url}/wall?zones=${zone}`);
  expect(await page.evaluate('painted')).toBe('dark');
  expect(await bodyOf(page)).toBe(darkGround);
});

test('each page can be read in the light theme, and pictures stay on dark ground', async () => {
  const page = await tabWith('light');
  await page.goto(`${withAccounts.url}/sign-in`);
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  expect(await faults(page)).toEqual([]);
  await page.goto(`${server.url}/desk?zones=${zone},${absent}`);
  await page.getByRole('button', { name: `${zone}, STREAMING` }).waitFor();
  expect(await page.evaluate('painted')).toBe('light');
  expect(await bodyOf(page)).toBe(lightGround);
  expect(await groundOf(page.getByRole('main'))).toBe(darkGround);
  expect(await faults(page)).toEqual([]);
  await page.goto(`${server.url}/wall?zones=${zone},${absent}`);
  await page.getByRole('button', { name: `${zone}, STREAMING` }).waitFor();
  expect(await faults(page)).toEqual([]);
  await page.goto(`${server.url}/?zone=${zone}&role=operator&start=1`);
  await pill(page, 'STREAMING');
  expect(await faults(page)).toEqual([]);
  await page.goto(`${server.url}/admin`);
  await page.getByRole('tab', { name: 'Zones' }).waitFor();
  expect(await faults(page)).toEqual([]);
  await page.goto(`${server.url}/map`);
  await page.getByText('There is no plan yet').waitFor();
  expect(await faults(page)).toEqual([]);
});

/** The colour in the middle of what is seen of it, as red, green and blue. */
async function colourOf(page: Page, locator: Locator): Promise<number[]> {
  const picture = (await locator.screenshot()).toString('base64');
  return page.evaluate(async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const context = new OffscreenCanvas(image.width, image.height).getContext('2d')!;
    context.drawImage(image, 0, 0);
    return [...context.getImageData(image.width / 2, image.height / 2, 1, 1).data.slice(0, 3)];
  }, picture);
}
const outlineOf = (locator: Locator): Promise<string> =>
  locator.evaluate((element) => getComputedStyle(element).outlineStyle);

test('in forced colours, lines and forms say what grounds said', async () => {
  const page = await newTab(browser);
  await page.emulateMedia({ forcedColors: 'active', colorScheme: 'light' });
  await page.goto(`${server.url}/admin`);
  const tabs = page.getByRole('tab');
  await tabs.nth(1).waitFor();
  expect(await outlineOf(page.getByRole('tab', { selected: true }))).toBe('solid');
  expect(await outlineOf(page.getByRole('tab', { selected: false }).first())).toBe('none');
  const pages = page.getByRole('navigation', { name: 'Pages' });
  expect(await outlineOf(pages.locator('[aria-current="page"]'))).toBe('solid');
  expect(await outlineOf(pages.getByRole('link', { name: 'Desk' }))).toBe('none');

  await page.goto(`${server.url}/desk`);
  const dotOf = (name: string) =>
    page.getByRole('treeitem', { name: new RegExp(`^${name},`) }).locator('.dot');
  await dotOf(zone).waitFor();
  const [red = 0, green = 0, blue = 0] = await colourOf(page, dotOf(zone));
  expect(green - Math.max(red, blue), `${red}, ${green}, ${blue}`).toBeGreaterThan(50);
  // What is lost is hollow: its middle is the ground.
  const [r = 0, g = 0, b = 0] = await colourOf(page, dotOf(absent));
  expect(Math.max(r, g, b) - Math.min(r, g, b), `${r}, ${g}, ${b}`).toBeLessThan(30);
  await page.getByRole('button', { name: 'What happened' }).click();
  expect(await outlineOf(page.getByRole('button', { name: 'Open', exact: true }))).toBe('solid');
  expect(await outlineOf(page.getByRole('button', { name: 'All', exact: true }))).toBe('none');
  // What has the focus is told from what is chosen.
  await page.getByRole('button', { name: 'All', exact: true }).focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Shift+Tab');
  expect(await outlineOf(page.locator(':focus-visible'))).toBe('solid');
});

test('on a telephone the pictures of the desk come first, and its controls open above them', async () => {
  const page = await newTab(browser);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${server.url}/desk?zones=${zone},${absent}`);
  await page.getByRole('button', { name: `${zone}, STREAMING` }).waitFor();
  const top = async (): Promise<number> => (await page.getByRole('main').boundingBox())?.y ?? 844;
  expect(await top()).toBeLessThan(130);
  expect(await page.getByLabel('Layout').isVisible()).toBe(false);
  await page.getByRole('button', { name: 'Controls' }).click();
  await page.getByLabel('Layout').selectOption('4');
  await page.getByRole('button', { name: 'Hide controls' }).click();
  expect(await top()).toBeLessThan(130);
});

test('a tiny tile still says its state, by a dot and to those who do not see it', async () => {
  const page = await newTab(browser);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${server.url}/wall?zones=${zone},${absent}&layout=49`);
  for (const [name, state] of [
    [zone, 'STREAMING'],
    [absent, 'WAITING FOR CAMERA'],
  ] as const) {
    await page.getByRole('button', { name: `${name}, ${state}` }).waitFor();
    const tile = page.locator(`[data-zone="${name}"]`);
    const [dot, outer] = await Promise.all([
      tile.locator('.dot').boundingBox(),
      tile.boundingBox(),
    ]);
    if (!dot || !outer) throw new Error(`${name} shows no dot`);
    expect(outer.width).toBeLessThan(96);
    expect(dot.width).toBeGreaterThan(5);
    expect(dot.x + dot.width).toBeLessThanOrEqual(outer.x + outer.width);
  }
});
