/** Players that nobody here wrote watch a zone by WHEP, and see its picture move. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { framesFlow } from '../support/browser.ts';
import { have } from '../support/encoders/client-page.ts';
import { startScript, type EncoderCodec, type ProgramPeer } from '../support/encoders/programs.ts';
import { EncoderScene } from '../support/encoders/scene.ts';
import { offered, WhepPlayer } from '../support/peers/whep-player.ts';
import { bearer } from '../support/site.ts';

let scene: EncoderScene;
const codecs: EncoderCodec[] = ['VP8', 'H264'];
const zoneOf = (codec: EncoderCodec): string => `ENC-WATCH-${codec}`;

let camera: ProgramPeer | undefined;
beforeAll(async () => {
  scene = await EncoderScene.open();
});
afterEach(async () => {
  await camera?.stop();
  camera = undefined;
});
afterAll(async () => scene?.close());

/** A camera of its own for each test: an encoder that has lost its session does not come back. */
async function film(codec: EncoderCodec): Promise<void> {
  camera = await startScript('webrtcbin', 'publish', scene.door('whip', zoneOf(codec)), codec);
}

/** Whoever watches a zone by WHEP now. */
const viewers = async (codec: EncoderCodec) =>
  (await scene.sessions(zoneOf(codec))).filter(({ kind }) => kind === 'whep');

const programs = (['webrtcbin', 'aiortc_peer'] as const).flatMap((program) =>
  codecs.map((codec) => [program, codec] as const),
);
test.each(programs)('%s, %s', async (program, codec) => {
  await film(codec);
  const player = await startScript(program, 'play', scene.door('whep', zoneOf(codec)), codec);
  try {
    await expect.poll(() => player.decoded()?.pictures, { timeout: 20_000 }).toBeGreaterThan(20);
    expect(player.decoded()).toMatchObject({ width: 640, height: 360 });
    expect(await viewers(codec)).toMatchObject([{ connected: true, sendsUnwatched: false }]);
  } finally {
    await player.stop();
  }
  await expect.poll(() => viewers(codec)).toEqual([]);
});

test.each(codecs)('whip-whep in Chromium, %s', async (codec) => {
  await film(codec);
  const page = await scene.site.tab(scene.browser);
  await have(page, 'play', scene.door('whep', zoneOf(codec)), codec);
  await framesFlow(page, 30);
  expect(await moves(page)).toBe(true);
  await have(page, 'leave');
  await page.context().close();
  await expect.poll(() => viewers(codec)).toEqual([]);
});

test.each(codecs)('node-datachannel, %s', async (codec) => {
  await film(codec);
  const zone = zoneOf(codec);
  const headers = bearer(scene.door('whep', zone).key);
  const player = await WhepPlayer.watch(scene.server.url, zone, { headers, codec });
  await expect.poll(() => player.packets.length, { timeout: 20_000 }).toBeGreaterThan(30);
  const own = codec === 'VP8' ? offered.vp8 : offered.h264;
  expect([...new Set(player.packets.map(({ payloadType }) => payloadType))]).toEqual([own]);
  await player.delete();
  player.close();
  await expect.poll(() => viewers(codec)).toEqual([]);
});

/** Whether the picture on a page becomes another one within 2 s. */
function moves(page: Page): Promise<boolean> {
  return page.evaluate(async () => {
    const video = document.querySelector('video');
    const context = new OffscreenCanvas(64, 36).getContext('2d', { willReadFrequently: true });
    const look = (): string => {
      if (video) context?.drawImage(video, 0, 0, 64, 36);
      return `${context?.getImageData(0, 0, 64, 36).data}`;
    };
    const first = look();
    for (let looks = 0; looks < 20; looks += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      if (look() !== first) return true;
    }
    return false;
  });
}
