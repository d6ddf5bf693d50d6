/** The sizes that a camera's page states of its layers are those that its browser sends, and that viewers get. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { figure, launchBrowser, newTab } from '../support/browser.ts';
import { framedPicture } from '../support/framed-picture.ts';
import { startServer, type RunningServer } from '../support/server.ts';

let server: RunningServer;
let viewers: Browser;

beforeAll(async () => {
  server = await startServer();
  viewers = await launchBrowser();
});
afterAll(async () => {
  await viewers?.close();
  await server?.stop();
});

const written = (size: { width: number; height: number }) => `${size.width}×${size.height}`;

/** The sizes in the last `publish` that the page sent; to be called before it has a socket. */
function statedBy(page: Page): () => string[] {
  let stated: { width: number; height: number }[] = [];
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => {
      const [, message] = /^42\d+(\["publish",.*)$/s.exec(String(payload)) ?? [];
      if (!message) return;
      const [, { kind, capture }] = JSON.parse(message) as [
        string,
        { kind: string; capture?: { layers?: typeof stated } },
      ];
      if (kind === 'video') stated = capture?.layers ?? [];
    });
  });
  return () => stated.map(written);
}

/** The sizes of the streams that the page's encoder makes, the smallest first. */
function sentBy(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const { peerConnections } = globalThis as unknown as { peerConnections: RTCPeerConnection[] };
    const rows: { rid?: string; frameWidth?: number; frameHeight?: number }[] = [];
    for (const connection of peerConnections) {
      for (const row of (await connection.getStats()).values()) {
        if (row.type === 'outbound-rtp' && row.kind === 'video') rows.push(row);
      }
    }
    return rows
      .sort((a, b) => String(a.rid).localeCompare(String(b.rid)))
      .map(({ frameWidth, frameHeight }) => `${frameWidth}×${frameHeight}`);
  });
}

test.each([
  {
    codec: 'vp8',
    camera: '2562×1442', // half of this is 1281×721
    layers: ['320×180', '640×360', '1280×720'],
    // By the width of the operator's window.
    received: { 1440: '1280×720', 560: '640×360', 300: '320×180' },
  },
  {
    codec: 'vp8',
    camera: '800×600', // too narrow for a third layer, of which Chromium would leave out the top one
    layers: ['400×300', '800×600'],
    received: { 1440: '800×600', 300: '400×300' },
  },
  {
    codec: 'h264',
    camera: '766×1366',
    layers: ['191×341', '382×682', '764×1364'],
    received: { 1440: '382×682' },
  },
  {
    codec: 'av1',
    camera: '322×182',
    layers: ['322×182'],
    received: { 1440: '322×182' },
  },
])('$codec of a camera of $camera', async ({ codec, camera, layers, received }) => {
  const [width = 0, height = 0] = camera.split('×').map(Number);
  // Few frames, so that a busy machine makes no picture smaller; AV1 needs more to spend its bits.
  const picture = framedPicture(width, height, codec === 'av1' ? '20:1' : '5:1');
  const browser = await launchBrowser(picture.args);
  const operator = await newTab(viewers);
  try {
    const zone = `SIZES-${codec}-${camera.replace('×', '-')}`;
    const page = await newTab(browser);
    const stated = statedBy(page);
    await operator.goto(`${server.url}/?zone=${zone}&role=operator&start=1`);
    await page.goto(`${server.url}/?zone=${zone}&role=camera&start=1&codec=${codec}`);
    await expect.poll(stated, { timeout: 10_000 }).toEqual(layers);
    await expect.poll(() => sentBy(page), { timeout: 15_000 }).toEqual(layers);
    for (const [window, layer] of Object.entries(received).toReversed()) {
      await operator.setViewportSize({ width: Number(window), height: 900 });
      await expect.poll(() => figure(operator, 'Resolution'), { timeout: 15_000 }).toBe(layer);
    }
  } finally {
    await operator.context().close();
    await browser.close();
    picture.remove();
  }
});
