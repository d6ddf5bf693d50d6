/** Chromium as an encoder of whose link nothing is known: it is told how much to send all the same. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EncoderScene } from '../support/encoders/scene.ts';
import { filmInPage } from '../support/peers/whip-page.ts';

let scene: EncoderScene;
beforeAll(async () => {
  scene = await EncoderScene.open();
});
afterAll(async () => scene?.close());

/** Most that the page sends, as it takes its link to be, kbit/s. */
function allowed(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { player } = globalThis as unknown as { player: { peer: RTCPeerConnection } };
    const rows = [...(await player.peer.getStats()).values()] as Record<string, unknown>[];
    const used = rows.find(({ type, nominated }) => type === 'candidate-pair' && nominated);
    return Number(used?.availableOutgoingBitrate ?? 0) / 1000;
  });
}

test('one that does not say when it sends takes its limit by REMB alone', async () => {
  const zone = 'ENC-LIMIT-1';
  const { key } = scene.door('whip', zone);
  const without = '^a=(extmap:.*(abs-send-time|transport-wide-cc).*|rtcp-fb:.*transport-cc)\r\n';
  const encoder = await filmInPage(scene.browser, scene.server.url, zone, { key, without });
  const soon = { timeout: 20_000, interval: 250 };
  await expect.poll(() => allowed(encoder), soon).toBe(150);
  expect(await scene.sessions(zone)).toMatchObject([{ sendsUnwatched: true, sendsAtWill: false }]);
  const page = await scene.watch(zone);
  await expect.poll(() => allowed(encoder), soon).toBeGreaterThan(1000);
  await page.context().close();
  await expect.poll(() => allowed(encoder), soon).toBe(150);
  await encoder.context().close();
});
