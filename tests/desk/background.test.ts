/** Pages that nobody looks at for a while: a wall behind another tab, and a drawn camera behind a wall. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isGrey, mediaRests } from '../support/browser.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { recordedClip } from '../support/peers/recorder.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { openTabs, type Tabs } from '../support/tabs.ts';

const zone = 'BEHIND-CAM-01';
let server: RunningServer;
let tabs: Tabs;
let camera: LightPublisher;
let wall: Page;
/** Lies in front of it. */
let other: Page;

beforeAll(async () => {
  const clip = await recordedClip();
  [server, tabs] = await Promise.all([startServer({ TLS_ENABLED: 'false' }), openTabs()]);
  camera = await LightPublisher.start(server.url, zone, clip);
  other = await tabs.context.newPage();
  wall = await tabs.context.newPage();
  await wall.goto(`${server.url}/wall?zones=${zone}`);
}, 120_000);
afterAll(async () => {
  camera?.close();
  await tabs?.close();
  await server?.stop();
});

const state = (status: string) => wall.getByRole('button', { name: `${zone}, ${status}` });
const hidden = (page: Page): Promise<boolean> => page.evaluate(() => document.hidden);

/** From the moment at which the page is seen again until a new frame is: whether its picture is grey, each time it is drawn. */
async function watchReturn(): Promise<() => Promise<boolean[]>> {
  await wall.evaluate(() => {
    const video = document.querySelector<HTMLVideoElement>('[data-zone] video');
    if (!video) throw new Error('there is no picture');
    const greys: boolean[] = [];
    const returned = new Promise<boolean[]>((resolve) => {
      const shown = (): void => {
        if (document.hidden) return;
        document.removeEventListener('visibilitychange', shown);
        const since = performance.now();
        let fresh = false;
        // What came before is shown once more.
        const take: VideoFrameRequestCallback = (_, { receiveTime = 0 }) => {
          if (receiveTime >= since) fresh = true;
          else video.requestVideoFrameCallback(take);
        };
        video.requestVideoFrameCallback(take);
        const look = (): void => {
          if (fresh) return resolve(greys);
          greys.push(getComputedStyle(video).filter.includes('grayscale'));
          requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      };
      document.addEventListener('visibilitychange', shown);
    });
    Object.assign(globalThis, { returned });
  });
  return () =>
    wall.evaluate(() => (globalThis as unknown as { returned: Promise<boolean[]> }).returned);
}

test('behind another tab nothing is sent, and on return the old picture is grey until a new one comes', async () => {
  await state('STREAMING').waitFor({ timeout: 20_000 });
  const greys = await watchReturn();
  await other.bringToFront();
  await expect.poll(() => hidden(wall)).toBe(true);
  await expect.poll(() => mediaRests(wall, 1000), { timeout: 10_000 }).toBe(true);
  await other.waitForTimeout(1500);
  await wall.bringToFront();
  const seen = await greys();
  expect(seen).not.toEqual([]);
  expect(seen).not.toContain(false);
  await state('STREAMING').waitFor();
  expect(await isGrey(wall.locator('video'))).toBe(false);
});

test('a drawn camera goes on behind the tab of those who watch it', async () => {
  const films = await tabs.context.newPage();
  await films.goto(`${server.url}/?role=camera&zone=DEMO-01&picture=demonstration&start=1`);
  await films.getByRole('button', { name: 'End Session' }).waitFor();
  await wall.bringToFront();
  await wall.goto(`${server.url}/wall?zones=DEMO-01`);
  await wall.getByRole('button', { name: 'DEMO-01, STREAMING' }).waitFor({ timeout: 20_000 });
  expect(await hidden(films)).toBe(true);
  const frames = (): Promise<number> =>
    wall
      .locator('video')
      .evaluate((video: HTMLVideoElement) => video.getVideoPlaybackQuality().totalVideoFrames);
  const before = await frames();
  // Timers of its page tick once a second now: its picture moves more often.
  await wall.waitForTimeout(3000);
  expect((await frames()) - before).toBeGreaterThan(15);
  await films.close();
});
