/**
 * A camera whose key frames are 4 s apart. A newcomer where others watch sees the live picture at once; where nobody
 * does, the still with its age until the camera's next key frame.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { closeTabs, framesFlow, newTab, openConsole } from '../support/browser.ts';
import { Scene } from '../support/gateway/scene.ts';
import { cameraClip, counterBits } from '../support/rtsp/clips.ts';
import type { RunningServer } from '../support/server.ts';

let scene: Scene;
let server: RunningServer;
let browser: Browser;
const zone = 'SITE-SLOW-01';
/** Pictures between two key frames, and in the clip, at 25 frames/s. */
const [group, length] = [100, 200];
/** A session begins just after a key frame. */
const beginsAt = 1;
/** Of a camera whose sessions begin with a key frame, as those of many do. */
const freshZone = 'SITE-FRESH-01';
/** What the camera has sent, by the place in the clip; and when its last key frame was, ms of `Date.now()`. */
const sent = { place: 0, keyAt: 0 };

beforeAll(async () => {
  const clip = await cameraClip('countedRareKeys');
  const stream = {
    ...{ clip, beginsAt },
    sent(count: number) {
      sent.place = (beginsAt + count) % length;
      if (sent.place % group === 0) sent.keyAt = Date.now();
    },
  };
  scene = await Scene.begin({
    streams: { '/main': stream, '/fresh': clip },
    file: async (camera) => ({
      cameras: [
        { name: 'slow', zone, url: camera.url('/main') },
        { name: 'fresh', zone: freshZone, url: camera.url('/fresh') },
      ],
    }),
  });
  ({ server } = scene);
  browser = await scene.browser();
});
afterEach(() => closeTabs(browser));
afterAll(() => scene?.end());

/** Times in ms of `Date.now()`. */
interface Seen {
  click: number;
  still?: number;
  age?: string;
  /** The first picture, and each with the number that is in it. */
  live: number;
  pictures: { at: number; number: number }[];
  /** Whether the still is there now. */
  left: boolean;
}

/** Opens the zone's page, and notes on it what is shown when. */
async function openPage(of = zone): Promise<Page> {
  const page = await newTab(browser);
  await page.goto(`${server.url}/?zone=${of}&role=operator`);
  await page.evaluate((bits) => {
    const seen: Partial<Seen> & Pick<Seen, 'pictures'> = { pictures: [] };
    Object.assign(window, { seen });
    const canvas = Object.assign(document.createElement('canvas'), { width: 100, height: 10 });
    const context = canvas.getContext('2d', { willReadFrequently: true });
    let followed: HTMLVideoElement | undefined;
    const follow = (video: HTMLVideoElement): void => {
      const at = Date.now();
      seen.live ??= at;
      const { videoWidth: width } = video;
      context?.drawImage(video, 0, 0, width, width / 10, 0, 0, 100, 10);
      let number = 0;
      for (let bit = 0; bit < bits; bit += 1) {
        const [red = 0] = context?.getImageData(bit * 10 + 15, 5, 1, 1).data ?? [];
        if (red > 127) number += 2 ** bit;
      }
      seen.pictures.push({ at, number });
      video.requestVideoFrameCallback(() => follow(video));
    };
    const look = (): void => {
      const still = document.querySelector<HTMLImageElement>('img[alt^="Still of"]');
      if (still?.complete && still.naturalWidth > 0) seen.still ??= Date.now();
      const age = document.querySelector('.age.still')?.textContent;
      if (age) seen.age = age;
      seen.left = still !== null;
      const video = document.querySelector('video');
      if (video && video !== followed) {
        followed = video;
        video.requestVideoFrameCallback(() => follow(video));
      }
      requestAnimationFrame(look);
    };
    look();
    document.addEventListener('click', () => (seen.click ??= Date.now()), true);
  }, counterBits);
  return page;
}

async function start(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Initialise Secure Session' }).click();
}

const whatWasSeen = (page: Page): Promise<Seen> =>
  page.evaluate(() => (window as unknown as { seen: Seen }).seen);

test('where nobody watches, the still is there at once with its age, and the live picture with the next key frame', async () => {
  // It was looked at, and sleeps.
  const sleeps = (): boolean => scene.camera.opened > 1 && scene.camera.sessions === 0;
  await expect.poll(sleeps, { timeout: 20_000 }).toBe(true);
  const page = await openPage();
  await start(page);
  await framesFlow(page);
  const seen = await whatWasSeen(page);
  await page.close();
  const still = (seen.still ?? NaN) - seen.click;
  const late = seen.live - sent.keyAt;
  console.log(`still ${still} ms after the click, live ${late} ms after the camera's key frame`);
  expect(seen.age).toMatch(/^\s*Still of .+, \d+ s ago/);
  expect(still).toBeLessThan(seen.live - seen.click);
  expect(late).toBeLessThan(1500);
  expect(seen.left).toBe(false);
});

test('where others watch, the live picture is there long before the next key frame, and is live', async () => {
  const first = await openConsole(browser, server.url, { zone, role: 'operator' });
  await framesFlow(first);
  const page = await openPage();
  // Long after a key frame, and longer before the next one.
  const elapsed = (): number => Date.now() - sent.keyAt;
  await expect
    .poll(() => elapsed() > 500 && elapsed() < 1000, { timeout: 10_000, interval: 20 })
    .toBe(true);
  await start(page);
  await framesFlow(page, 1);
  const { click, live } = await whatWasSeen(page);
  console.log(`live ${live - click} ms after the click`);
  expect(live - click).toBeLessThan(2500);
  await framesFlow(page, 10);
  const { place } = sent;
  const [last] = (await whatWasSeen(page)).pictures.slice(-1);
  const behind = (place - (last?.number ?? NaN) + length) % length;
  console.log(`${behind} pictures behind the camera`);
  expect(behind).toBeLessThan(25);
  await first.close();
});

test('where nobody watches a camera whose sessions begin with a key frame, the live picture is not waited for', async () => {
  const page = await openPage(freshZone);
  await start(page);
  await framesFlow(page, 1);
  const { still, live, click } = await whatWasSeen(page);
  await page.close();
  console.log(`still ${(still ?? NaN) - click} ms after the click, live ${live - click} ms`);
  // Key frames are 4 s apart.
  expect(live - click).toBeLessThan(2500);
});
