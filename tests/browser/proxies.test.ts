import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { framesFlow, launchBrowser, openConsole, pill } from '../support/browser.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { WebOnlyProxy, type Manner } from '../support/web-only-proxy.ts';

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

// Together, since most of it is waiting for what does not come.
test.concurrent.each(['refuses', 'hangs', 'strips', 'swallows'] as const)(
  'a proxy that %s WebSockets: the picture comes all the same, within seconds',
  async (manner: Manner) => {
    const proxy = await WebOnlyProxy.before(server.url, manner);
    try {
      const begun = performance.now();
      const page = await watch(proxy.url);
      await pill(page, 'STREAMING');
      expect(performance.now() - begun).toBeLessThan(8000);
      await framesFlow(page);
      expect(proxy.asked).toBeGreaterThan(0); // The better way was tried.
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
    await expect.poll(() => proxy.asked, { timeout: 8000 }).toBe(2);
    await page.waitForTimeout(2000); // The second of them is cut meanwhile.
    const states = await page.evaluate(async () => {
      const seen = new Set<string>();
      for (let look = 0; look < 40; look += 1) {
        seen.add(document.querySelector('[role="status"]')?.textContent?.trim() ?? '');
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      return [...seen];
    });
    expect(states).toEqual(['STREAMING']);
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
    const open = (): Promise<string[]> =>
      page.evaluate(() =>
        performance
          .getEntriesByType('resource')
          .map(({ name }) => name)
          .filter((name) => name.includes('transport=polling')),
      );
    await expect.poll(() => proxy.asked).toBe(2);
    await page.waitForTimeout(1000);
    const before = (await open()).length;
    expect(before).toBeGreaterThan(0);
    await page.waitForTimeout(6000); // longer than between two pings
    expect(await open()).toHaveLength(before);
    await pill(page, 'STREAMING');
    await page.close();
  } finally {
    proxy.close();
  }
});
