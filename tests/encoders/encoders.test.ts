/** Encoders that nobody here wrote film a zone by WHIP, and the console shows what they send. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { framesFlow } from '../support/browser.ts';
import { have } from '../support/encoders/client-page.ts';
import { startScript, startWhipClient, type Door } from '../support/encoders/programs.ts';
import { EncoderScene } from '../support/encoders/scene.ts';
import { LightWatcher } from '../support/peers/watcher.ts';
import { WhipEncoder } from '../support/peers/whip-encoder.ts';
import { testWith } from '../support/prerequisites.ts';
import { bearer } from '../support/site.ts';

const test = testWith(['whip-client', 'gcc']);
let scene: EncoderScene;

beforeAll(async () => {
  scene = await EncoderScene.open();
});
afterAll(async () => scene?.close());

interface Encoder {
  stop(): Promise<void>;
}

/** A client from npm on a page of somebody else's. */
async function onPage(start: (page: Page) => Promise<void>): Promise<Encoder> {
  const page = await scene.site.tab(scene.browser);
  await start(page);
  return {
    async stop() {
      await have(page, 'leave');
      await page.context().close();
    },
  };
}

const encoders: [name: string, start: (door: Door) => Promise<Encoder>][] = [
  ['webrtcbin, VP8', (door) => startScript('webrtcbin', 'publish', door, 'VP8')],
  ['webrtcbin, H264', (door) => startScript('webrtcbin', 'publish', door, 'H264')],
  ['aiortc, VP8', (door) => startScript('aiortc_peer', 'publish', door, 'VP8')],
  ['aiortc, H264', (door) => startScript('aiortc_peer', 'publish', door, 'H264')],
  ['whip-client, VP8', (door) => startWhipClient(door, 'VP8')],
  ['whip-client, H264', (door) => startWhipClient(door, 'H264')],
  ['@eyevinn/whip-web-client, VP8', (door) => onPage((page) => have(page, 'eyevinn', door, 'VP8'))],
  [
    '@eyevinn/whip-web-client, H264',
    (door) => onPage((page) => have(page, 'eyevinn', door, 'H264')),
  ],
  ['whip-whep, VP8', (door) => onPage((page) => have(page, 'publish', door, 'VP8', ['h']))],
  ['whip-whep, H264', (door) => onPage((page) => have(page, 'publish', door, 'H264', ['h']))],
];

test.each(encoders)('%s', async (name, start) => {
  const zone = `ENC-FILM-${encoders.findIndex(([each]) => each === name) + 1}`;
  const encoder = await start(scene.door('whip', zone));
  try {
    await expect
      .poll(() => scene.sessions(zone))
      .toMatchObject([{ kind: 'whip', connected: true, sendsUnwatched: true }]);
    const page = await scene.watch(zone);
    await framesFlow(page);
    expect(await scene.sessions(zone)).toMatchObject([{ sendsUnwatched: false }]);
    await page.context().close();
  } finally {
    await encoder.stop();
  }
  // It has deleted its session itself.
  await expect.poll(() => scene.sessions(zone)).toEqual([]);
});

test('node-datachannel, VP8', async () => {
  const zone = 'ENC-FILM-99';
  const key = bearer(scene.door('whip', zone).key);
  const camera = await WhipEncoder.film(scene.server.url, zone, { headers: key });
  const { headers } = scene.administrator;
  const viewer = new LightWatcher(scene.server.url, { headers });
  await viewer.client.connected();
  await viewer.watch(zone);
  await viewer.connected();
  await expect.poll(() => viewer.received().packets, { timeout: 20_000 }).toBeGreaterThan(30);
  viewer.close();
  await camera.delete();
  camera.close();
  await expect.poll(() => scene.sessions(zone)).toEqual([]);
});
