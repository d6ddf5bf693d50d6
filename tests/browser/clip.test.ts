/** A clip of a real camera, replayed by a light publisher, is a picture to a real browser. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { figure, framesFlow, launchBrowser, openConsole } from '../support/browser.ts';
import { keyFrames, type Clip } from '../support/peers/clip.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { recordedClip } from '../support/peers/recorder.ts';
import { startServer, type RunningServer } from '../support/server.ts';

let clip: Clip;
let server: RunningServer;
let browser: Browser;

beforeAll(async () => {
  clip = await recordedClip();
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
}, 120_000);
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
});

test('a recorded clip has three layers, each with one key frame at its beginning', () => {
  expect(clip.layers.map(({ width, height }) => `${width}×${height}`)).toEqual([
    '320×180',
    '640×360',
    '1280×720',
  ]);
  for (const layer of clip.layers) {
    expect(layer.frames).toHaveLength(300);
    expect(keyFrames(layer)).toBe(1);
  }
});

test('an operator sees the clip, and goes on seeing it when it jumps and begins again', async () => {
  const publisher = await LightPublisher.start(server.url, 'CLIP-01', clip);
  try {
    const operator = await openConsole(browser, server.url, { zone: 'CLIP-01', role: 'operator' });
    await framesFlow(operator, 30);
    await expect.poll(() => figure(operator, 'Resolution'), { timeout: 20_000 }).toBe('1280×720');
    const [layer] = publisher.layers;
    const before = layer?.keyFrames ?? 0;
    await expect.poll(() => layer?.keyFrames, { timeout: 15_000 }).toBeGreaterThan(before);
    await framesFlow(operator, 60);
  } finally {
    publisher.close();
  }
});
