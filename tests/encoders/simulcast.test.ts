/** Chromium as an encoder that sends three layers by WHIP: each tile of the console gets the one that fits. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { have } from '../support/encoders/client-page.ts';
import { EncoderScene } from '../support/encoders/scene.ts';

let scene: EncoderScene;
beforeAll(async () => {
  scene = await EncoderScene.open();
});
afterAll(async () => scene?.close());

const widthOf = (page: Page, zone: string): Promise<number> =>
  page
    .locator(`[data-zone="${zone}"] video`)
    .evaluate((video: HTMLVideoElement) => video.videoWidth);

test.each(['VP8', 'H264'])(
  '%s: a small tile gets the small layer, a large one the large one',
  async (codec) => {
    const zone = `ENC-LAYERS-${codec}`;
    const encoder = await scene.site.tab(scene.browser);
    await have(encoder, 'publish', scene.door('whip', zone), codec, ['low', 'mid', 'high']);
    const others = Array.from({ length: 15 }, (_, at) => `ENC-EMPTY-${at}`);
    const small = await scene.console(`/wall?zones=${[zone, ...others].join()}`);
    await small.locator(`[data-zone="${zone}"]`).getByText('STREAMING', { exact: true }).waitFor();
    await expect.poll(() => widthOf(small, zone), { timeout: 20_000 }).toBe(320);
    const large = await scene.console(`/wall?zones=${zone}`);
    await large.locator(`[data-zone="${zone}"]`).getByText('STREAMING', { exact: true }).waitFor();
    await expect.poll(() => widthOf(large, zone), { timeout: 30_000 }).toBe(1280);
    expect(await widthOf(small, zone)).toBe(320);
    await have(encoder, 'leave');
    await Promise.all([small, large, encoder].map((page) => page.context().close()));
    await expect.poll(() => scene.sessions(zone)).toEqual([]);
  },
);
