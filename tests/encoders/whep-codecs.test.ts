/** Chromium as a WHEP player of cameras that are pages, in each codec: layers of their own, and layers in one stream. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, openConsole, pill } from '../support/browser.ts';
import { playInPage, seenIn } from '../support/peers/whep-page.ts';
import { startServer } from '../support/server.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => browser?.close());

test.each(['vp8', 'h264', 'vp9', 'av1'])('%s: the picture is seen, and goes on', async (codec) => {
  const zone = `WHEP-${codec.toUpperCase()}`;
  const server = await startServer({ TLS_ENABLED: 'false', MEDIA_CODEC: codec });
  try {
    await pill(await openConsole(browser, server.url, { zone, role: 'camera' }), 'STREAMING');
    const page = await playInPage(browser, server.url, zone);
    const seen = () => seenIn(page);
    await expect.poll(seen, { timeout: 20_000 }).toMatchObject({ picture: true });
    const { frames } = await seen();
    await expect
      .poll(async () => (await seen()).frames, { timeout: 10_000 })
      .toBeGreaterThan(frames + 20);
  } finally {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await server.stop();
  }
});
