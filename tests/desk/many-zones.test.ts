/** A navigator of 500 zones: how soon it is painted, what scrolling costs, and what a page loads and moves at first. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, newTab } from '../support/browser.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const zones = Array.from({ length: 500 }, (_, n) => {
  const area = ['CBD', 'DOCK', 'PARK', 'HARBOUR', 'DEPOT'][n % 5] ?? '';
  return `${area}-${n % 2 ? 'GATE' : 'TRAFFIC'}-${1000 + n}`;
});
let server: RunningServer;
let browser: Browser;

beforeAll(async () => {
  [server, browser] = await Promise.all([
    startServer({ ZONES_CONFIGURED: zones.join(',') }),
    launchBrowser(),
  ]);
}, 120_000);
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
});

test('500 zones are painted soon after they are told, and scrolled without work that takes a frame', async () => {
  const page = await newTab(browser);
  await page.addInitScript(() => {
    const seen = new MutationObserver(() => {
      if (!document.querySelector('[role="treeitem"]')) return;
      seen.disconnect();
      // The frame after the one in which they came has painted them.
      requestAnimationFrame(() => requestAnimationFrame(() => performance.mark('rows-painted')));
    });
    seen.observe(document, { childList: true, subtree: true });
  });
  await page.goto(`${server.url}/desk`);
  await page.getByText('500 zones').waitFor();
  const paint = await page.evaluate(
    () => performance.measure('paint', 'desk-zones-told', 'rows-painted').duration,
  );

  const client = await page.context().newCDPSession(page);
  await client.send('Performance.enable', { timeDomain: 'threadTicks' });
  const busy = async (): Promise<number> => {
    const { metrics } = await client.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN;
  };
  const before = await busy();
  const { frames, time, most } = await page.evaluate(async () => {
    const tree = document.querySelector('[role="tree"]') as HTMLElement;
    const begun = performance.now();
    const end = tree.scrollHeight - tree.clientHeight;
    let frames = 0;
    let most = 0;
    while (tree.scrollTop < end - 1 && frames < 600) {
      await new Promise(requestAnimationFrame);
      tree.scrollTop += 120;
      frames += 1;
      most = Math.max(most, document.querySelectorAll('[role="treeitem"]').length);
    }
    return { frames, time: performance.now() - begun, most };
  });
  const perFrame = (1000 * ((await busy()) - before)) / frames;
  console.log(
    `500 zones: painted ${paint.toFixed(0)} ms after the data; scrolling ${frames} frames at ` +
      `${((1000 * frames) / time).toFixed(0)}/s, ${perFrame.toFixed(1)} ms of the page's thread each; ${most} rows`,
  );
  await page.getByRole('treeitem', { name: 'PARK-TRAFFIC-1492' }).waitFor();
  expect(most).toBeLessThan(40);
  // By the clock, and others may be at work on this machine: 300 ms is what it takes where nobody is.
  expect(paint).toBeLessThan(1000);
  // What 60 frames/s leave for one.
  expect(perFrame).toBeLessThan(16);
});

test('what the desk loads at first is small on its way, and was compressed before', async () => {
  const page = await newTab(browser);
  await page.goto(`${server.url}/desk`);
  await page.getByText('500 zones').waitFor();
  const files = await page.evaluate(() =>
    (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
      .filter(({ name }) => /\.(js|css)$/.test(name))
      .map(({ name, encodedBodySize, decodedBodySize }) => ({
        ...{ name, sent: encodedBodySize, whole: decodedBodySize },
      })),
  );
  const sum = (sizes: number[]): number => sizes.reduce((total, size) => total + size, 0);
  expect(sum(files.map(({ whole }) => whole))).toBeGreaterThan(500_000);
  expect(sum(files.map(({ sent }) => sent))).toBeLessThan(200_000);
  const largest = files.sort((a, b) => b.whole - a.whole)[0]?.name ?? '';
  const { headers } = await page.evaluate(async (file) => {
    const answer = await fetch(file);
    return { headers: Object.fromEntries(answer.headers) };
  }, largest);
  expect(headers).toMatchObject({ 'content-encoding': 'br', vary: 'Accept-Encoding' });
  expect(headers['cache-control']).toContain('immutable');
});

test.each(['/desk', '/wall?zones=NOBODY-01', '/'])(
  'nothing moves while %s comes up',
  async (at) => {
    const page = await newTab(browser);
    await page.addInitScript(() => {
      const moved: number[] = [];
      Object.assign(window, { moved });
      new PerformanceObserver((seen) => {
        for (const { value } of seen.getEntries() as (PerformanceEntry & { value: number })[])
          moved.push(value);
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await page.goto(server.url + at);
    await page.getByRole('heading', { name: 'Urban Surveillance Command Console' }).waitFor();
    await page.waitForTimeout(1000);
    const moved = await page.evaluate(() => (window as unknown as { moved: number[] }).moved);
    // https://web.dev/articles/cls calls 0.1 good.
    expect(moved.reduce((sum, value) => sum + value, 0)).toBeLessThan(0.02);
  },
);
