/** The gateway as a process, between a camera that speaks RTSP, the real server, and a real browser. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { closeTabs, figure, framesFlow, newTab, openConsole } from '../support/browser.ts';
import { Scene } from '../support/gateway/scene.ts';
import { cameraClip } from '../support/rtsp/clips.ts';

let scene: Scene;

const zone = 'SITE-GATE-01';

beforeAll(async () => {
  scene = await Scene.begin({
    // A session begins in the middle, as with most cameras.
    streams: { '/main': { clip: await cameraClip('main'), beginsAt: 5 }, '/sub': 'sub' },
    file: async (camera) => ({
      cameras: [{ name: 'gate', zone, url: camera.url('/main'), sub: camera.url('/sub') }],
    }),
  });
});
afterEach(async () => closeTabs(await scene.browser()));
afterAll(() => scene?.end());

/** What the gateway says of its camera. */
async function state(): Promise<string> {
  const { cameras } = await scene.gateway.health();
  return Object.keys(cameras).join();
}

/** Shows one tile large. @returns ms until its picture was, and the longest wait for a frame meanwhile */
function enlarge(wall: Page): Promise<{ took: number; longest: number }> {
  return wall.evaluate(
    () =>
      new Promise<{ took: number; longest: number }>((resolve) => {
        const video = document.querySelector('video')!;
        const begun = performance.now();
        let [last, longest] = [begun, 0];
        const look = (): void => {
          const now = performance.now();
          longest = Math.max(longest, now - last);
          last = now;
          if (video.videoWidth >= 1280) resolve({ took: now - begun, longest });
          else video.requestVideoFrameCallback(look);
        };
        video.requestVideoFrameCallback(look);
        document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
      }),
  );
}

test('a tile that is enlarged has the main stream within a key-frame interval, and the sub stream until then', async () => {
  const wall = await newTab(await scene.browser());
  const others = Array.from({ length: 15 }, (_, at) => `NOBODY-${at}`).join();
  await wall.goto(`${scene.server.url}/wall?zones=${zone},${others}&layout=16`);
  const width = (): Promise<number> =>
    wall.evaluate(() => document.querySelector('video')?.videoWidth ?? 0);
  // By chance a busy machine takes longer, or the browser does.
  const seen: { took: number; longest: number }[] = [];
  do {
    await expect.poll(width, { timeout: 20_000 }).toBe(320);
    // The main stream is pulled no more.
    await expect.poll(() => scene.camera.sessions, { timeout: 20_000 }).toBe(1);
    await wall.keyboard.press('1');
    seen.push(await enlarge(wall));
    await wall.keyboard.press('Escape');
  } while (seen.length < 3 && !seen.some(isQuick));
  console.log(
    seen.map(({ took, longest }) => `${took.toFixed(0)} (${longest.toFixed(0)}) ms`).join(),
  );
  expect(seen.some(isQuick), JSON.stringify(seen)).toBe(true);
});

/** Key frames are 1 s apart. */
function isQuick({ took, longest }: { took: number; longest: number }): boolean {
  return took <= 1500 && longest <= 500;
}

test('a viewer wakes the camera and sees it; without one nothing is pulled', async () => {
  const { camera, server } = scene;
  await expect.poll(state, { timeout: 15_000 }).toBe('asleep');
  await expect.poll(() => camera.sessions).toBe(0);
  const page = await openConsole(await scene.browser(), server.url, { zone, role: 'operator' });
  await framesFlow(page);
  // It begins with the layer whose key picture comes first.
  const patient = { timeout: 15_000 };
  await expect.poll(() => figure(page, 'Resolution'), patient).toMatch(/1280×720/);
  expect(camera.sessions).toBe(2);
  await expect.poll(state).toBe('live');
  await page.close();
  await expect.poll(() => camera.sessions, { timeout: 15_000 }).toBe(0);
  await expect.poll(state).toBe('asleep');
});
