/** Proxies that break WebSockets must not keep a control room out. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { framesFlow, launchBrowser, openConsole, pill } from '../support/browser.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { WebOnlyProxy } from '../support/web-only-proxy.ts';

let server: RunningServer;
let browser: Browser;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ TLS_ENABLED: 'false' }), launchBrowser()]);
  const camera = await openConsole(browser, server.url, { zone: 'PROXY-01', role: 'camera' });
  await pill(camera, 'STREAMING');
});
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
});

const watch = (url: string): Promise<Page> =>
  openConsole(browser, url, { zone: 'PROXY-01', role: 'operator' });

/** What of signalling went by HTTP requests. */
const requests = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map(({ name }) => name)
      .filter((name) => name.includes('transport=polling')),
  );

/** @returns tells for how long the pill has said STREAMING, ms */
async function watchStatus(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const record = { since: performance.now() };
    Object.assign(globalThis, { steady: record });
    setInterval(() => {
      const status = document.querySelector('[role="status"]')?.textContent?.trim();
      if (status !== 'STREAMING') record.since = performance.now();
    }, 50);
  });
  return () =>
    page.evaluate(() => {
      const { steady } = globalThis as unknown as { steady: { since: number } };
      return performance.now() - steady.since;
    });
}

test.each(['refuses', 'hangs', 'strips', 'swallows'] as const)(
  'a proxy that %s WebSockets: the picture comes all the same, within seconds',
  async (manner) => {
    const proxy = await WebOnlyProxy.before(server.url, manner);
    try {
      const page = await watch(proxy.url);
      await expect.poll(() => proxy.asked, { timeout: 15_000 }).toBeGreaterThan(0); // The better way is tried,
      await pill(page, 'STREAMING', 10_000); // and given up: 3 s, and a pause of up to 0.75 s.
      await framesFlow(page);
      await page.close();
    } finally {
      proxy.close();
    }
  },
);

test('a proxy that cuts each WebSocket after a second: the session settles and stays', async () => {
  const proxy = await WebOnlyProxy.before(server.url, 'cuts');
  try {
    const page = await watch(proxy.url);
    await framesFlow(page);
    const steadyFor = await watchStatus(page);
    await expect.poll(steadyFor, { timeout: 25_000 }).toBeGreaterThan(4000);
    expect(proxy.asked).toBeGreaterThanOrEqual(2);
    expect(proxy.asked).toBeLessThanOrEqual(4); // Some may come to nothing on a busy machine.
    await page.close();
  } finally {
    proxy.close();
  }
});

test('the socket changes to a WebSocket when the proxy lets it', async () => {
  const proxy = await WebOnlyProxy.before(server.url, 'hangs');
  try {
    const page = await watch(proxy.url);
    // The first attempt is under way; the second begins with requests and then asks for a WebSocket.
    await expect.poll(() => proxy.asked).toBe(1);
    proxy.manner = 'passes';
    await pill(page, 'STREAMING');
    await expect.poll(() => proxy.asked).toBe(2);
    await page.waitForTimeout(1000);
    const before = (await requests(page)).length;
    expect(before).toBeGreaterThan(0);
    await page.waitForTimeout(6000); // longer than between two pings
    expect(await requests(page)).toHaveLength(before);
    await pill(page, 'STREAMING');
    await page.close();
  } finally {
    proxy.close();
  }
});
