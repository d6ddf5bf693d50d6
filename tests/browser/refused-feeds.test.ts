/** A feed that cannot be had is that tile's own trouble, in words; a wall of many zones shows what fits. */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { closeTabs, framesFlow, launchBrowser, newTab, pill } from '../support/browser.ts';
import type { Request } from '../../server/contract/events.ts';
import { Client, rtpParameters } from '../support/client.ts';
import type { Clip } from '../support/peers/clip.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { recordedClip } from '../support/peers/recorder.ts';
import { startServer, type RunningServer } from '../support/server.ts';

let server: RunningServer;
let browser: Browser;
let clip: Clip;
let peers: { close(): void }[] = [];

beforeAll(async () => {
  clip = await recordedClip();
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
}, 120_000);
afterEach(async () => {
  for (const peer of peers) peer.close();
  peers = [];
  await closeTabs(browser);
});
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
});

async function film(zone: string): Promise<LightPublisher> {
  const camera = await LightPublisher.start(server.url, zone, clip);
  peers.push(camera);
  return camera;
}

/** A camera that says what it sends, and sends nothing. */
async function announce(
  zone: string,
  parameters: Request<'publish'>['rtpParameters'],
): Promise<Client> {
  const camera = new Client(server.url);
  peers.push(camera);
  await camera.film(zone, parameters);
  return camera;
}

const av1 = {
  mid: '0',
  codecs: [{ mimeType: 'video/AV1', payloadType: 45, clockRate: 90000 }],
  encodings: [{ ssrc: 3333 }],
};

/** A browser that knows no AV1. */
async function withoutAv1(): Promise<Page> {
  const page = await newTab(browser);
  await page.addInitScript(() => {
    const { createOffer } = RTCPeerConnection.prototype as {
      createOffer(options?: RTCOfferOptions): Promise<RTCSessionDescriptionInit>;
    };
    const without = async function (this: RTCPeerConnection, options?: RTCOfferOptions) {
      const offer = await createOffer.call(this, options);
      return { type: offer.type, sdp: offer.sdp?.replaceAll('AV1', 'NONE') };
    };
    Object.assign(RTCPeerConnection.prototype, { createOffer: without });
  });
  return page;
}

const tileOf = (page: Page, zone: string): Locator => page.locator(`[data-zone="${zone}"]`);

async function says(tile: Locator, status: string, timeout = 15_000): Promise<void> {
  const label = (): Promise<string | null> => tile.getByRole('button').getAttribute('aria-label');
  await expect.poll(label, { timeout }).toContain(`, ${status}`);
}

test('a tile whose camera this browser cannot decode says so and what to do, and the others stream', async () => {
  await film('CODEC-CAM-1');
  const odd = await announce('CODEC-CAM-2', av1);
  await film('CODEC-CAM-3');
  const page = await withoutAv1();
  await page.goto(`${server.url}/wall?match=CODEC-*`);
  await says(tileOf(page, 'CODEC-CAM-1'), 'STREAMING');
  await says(tileOf(page, 'CODEC-CAM-3'), 'STREAMING');
  const tile = tileOf(page, 'CODEC-CAM-2');
  await says(tile, 'FAILED');
  await tile.getByText(/This browser cannot decode AV1.*have the camera send with VP8/).waitFor();
  odd.close();
  await says(tile, 'WAITING FOR CAMERA');
  await film('CODEC-CAM-2');
  await says(tile, 'STREAMING');
});

test('the console says it too, and shows the next camera that it can decode', async () => {
  const odd = await announce('CONSOLE-CAM-1', av1);
  const page = await withoutAv1();
  await page.goto(`${server.url}/?zone=CONSOLE-CAM-1&role=operator&start=1`);
  await pill(page, 'FAILED');
  await page.getByText('This camera cannot be shown here').first().waitFor();
  await page
    .getByText(/This browser cannot decode AV1/)
    .first()
    .waitFor();
  odd.close();
  await film('CONSOLE-CAM-1');
  await framesFlow(page);
  await pill(page, 'STREAMING');
});

test('a feed at which the browser fails takes no other along, whether it was there before or comes later', async () => {
  const page = await newTab(browser);
  await page.addInitScript(() => {
    const { setRemoteDescription } = RTCPeerConnection.prototype as {
      setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void>;
    };
    const failing = async function (
      this: RTCPeerConnection,
      description: RTCSessionDescriptionInit,
    ) {
      if (description.sdp?.includes('poison')) throw new Error('made to fail');
      return setRemoteDescription.call(this, description);
    };
    Object.assign(RTCPeerConnection.prototype, { setRemoteDescription: failing });
  });
  const poison = { ...rtpParameters, rtcp: { cname: 'poison' } };
  await film('BREAK-CAM-1');
  await announce('BREAK-CAM-2', poison);
  await film('BREAK-CAM-3');
  await page.goto(`${server.url}/wall?match=BREAK-*`);
  for (const zone of ['BREAK-CAM-1', 'BREAK-CAM-3']) await says(tileOf(page, zone), 'STREAMING');
  const tile = tileOf(page, 'BREAK-CAM-2');
  await says(tile, 'FAILED');
  await tile.getByText(/made to fail.*Try another browser, or start the camera anew/).waitFor();

  await announce('BREAK-CAM-4', poison);
  await says(tileOf(page, 'BREAK-CAM-4'), 'FAILED');
  await film('BREAK-CAM-5');
  for (const n of [1, 3, 5]) await says(tileOf(page, `BREAK-CAM-${n}`), 'STREAMING');
});

test('a wall of more zones than one may watch shows the first, says how many there are, and pages to the rest', async () => {
  const zones = Array.from({ length: 70 }, (_, n) => `MANY-CAM-${`${n + 1}`.padStart(2, '0')}`);
  const [first = '', last = ''] = [zones[0], zones.at(-1)];
  await film(first);
  await film(last);
  await Promise.all(zones.slice(1, -1).map((zone) => announce(zone, rtpParameters)));
  const page = await newTab(browser);
  await page.goto(`${server.url}/wall?match=MANY-*`);
  await says(tileOf(page, first), 'STREAMING', 20_000);
  expect(await page.locator('[data-zone]').count()).toBe(64);
  await page.getByText('1–64 of 70 zones').waitFor();
  await page.keyboard.press('PageDown');
  await says(tileOf(page, last), 'STREAMING');
  expect(await page.locator('[data-zone]').count()).toBe(6);
  await page.getByText('65–70 of 70 zones').waitFor();

  await page.goto(`${server.url}/wall?match=MANY-*&kiosk=1&tour=${last}`);
  await says(tileOf(page, last), 'STREAMING');
});
