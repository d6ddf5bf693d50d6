/** The gateway as a process, between a camera that speaks RTSP, the real server, and a real browser. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { figure, framesFlow, openConsole } from '../support/browser.ts';
import { Scene } from '../support/gateway/scene.ts';

let scene: Scene;

const zone = 'SITE-GATE-01';

beforeAll(async () => {
  scene = await Scene.begin({
    streams: { '/main': 'main', '/sub': 'sub' },
    file: async (camera) => ({
      cameras: [{ name: 'gate', zone, url: camera.url('/main'), sub: camera.url('/sub') }],
    }),
  });
});
afterAll(() => scene?.end());

/** What the gateway says of its camera. */
async function state(): Promise<string> {
  const { cameras } = await scene.gateway.health();
  return Object.keys(cameras).join();
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
