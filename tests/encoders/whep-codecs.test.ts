/** Chromium as a WHEP player of cameras that are pages, in each codec: layers of their own, and layers in one stream. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeTabs, launchBrowser, openConsole, pill } from '../support/browser.ts';
import { playInPage, seenIn } from '../support/peers/whep-page.ts';
import { have } from '../support/encoders/client-page.ts';
import { EncoderScene } from '../support/encoders/scene.ts';
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
    await closeTabs(browser);
    await server.stop();
  }
});

test('a player stays while one camera goes and another comes, which sends in another codec', async () => {
  const zone = 'ENC-CHANGES';
  const scene = await EncoderScene.open();
  try {
    const { key } = scene.door('whep', zone);
    const page = await playInPage(scene.browser, scene.server.url, zone, key);
    for (const codec of ['VP8', 'H264', 'VP8']) {
      const { frames } = await seenIn(page);
      const encoder = await scene.site.tab(scene.browser);
      await have(encoder, 'publish', scene.door('whip', zone), codec, ['only']);
      // Another source is another row of the statistics, which begins at 0.
      const moves = async (): Promise<boolean> => {
        const seen = await seenIn(page);
        return (
          seen.picture && seen.codec === `video/${codec}` && Math.abs(seen.frames - frames) > 10
        );
      };
      await expect.poll(moves, { timeout: 15_000 }).toBe(true);
      await have(encoder, 'leave');
      await encoder.context().close();
    }
    const sessions = await scene.sessions(zone);
    expect(sessions.filter(({ kind }) => kind === 'whep')).toHaveLength(1);
  } finally {
    await scene.close();
  }
});
