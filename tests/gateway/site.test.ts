/** A site of good, bad and hostile cameras on one gateway, as a wall in a real browser shows it. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newTab } from '../support/browser.ts';
import { Scene } from '../support/gateway/scene.ts';
import { cameraClip, type ClipName } from '../support/rtsp/clips.ts';
import { flood, startHostile, type Hostile } from '../support/rtsp/hostile.ts';
import { startRtspServer, type RtspServer } from '../support/rtsp/server.ts';
import { freePort } from '../support/server.ts';

let scene: Scene;
let wall: Page;
let restarting: RtspServer;
let hostile: Hostile;
const others: RtspServer[] = [];

/** Of each profile one, all declared to browsers as 42e01f. */
const profiles = { baseline: 'sub', main: 'mainProfile', high: 'high' } as const;
const names = [...Object.keys(profiles), 'dead', 'restarting', 'hostile'];
const zoneOf = (name: string): string => `SITE-${name.toUpperCase()}-01`;

async function camera(clip: ClipName): Promise<RtspServer> {
  const one = await startRtspServer({ streams: { '/main': await cameraClip(clip) } });
  others.push(one);
  return one;
}

beforeAll(async () => {
  const { baseline, ...rest } = profiles;
  const urls: Record<string, string> = {};
  for (const [name, clip] of Object.entries(rest)) urls[name] = (await camera(clip)).url('/main');
  restarting = await camera('sub');
  hostile = await startHostile((socket, write) => flood(socket, write, () => 'x'.repeat(1000)));
  Object.assign(urls, {
    ...{ dead: `rtsp://127.0.0.1:${await freePort()}/main`, hostile: hostile.url },
    restarting: restarting.url('/main'),
  });
  scene = await Scene.begin({
    streams: { '/main': baseline },
    file: async (own) => ({
      cameras: names.map((name) => {
        return { name, zone: zoneOf(name), url: urls[name] ?? own.url('/main') };
      }),
    }),
  });
  wall = await newTab(await scene.browser());
  await wall.goto(`${scene.server.url}/wall?zones=${names.map(zoneOf).join()}`);
});
afterAll(async () => {
  await scene?.end();
  await Promise.all([...others, hostile].map((one) => one?.close()));
});

const tileOf = (zone: string) => wall.locator(`[data-zone="${zone}"]`);
const streams = (zone: string): Promise<void> =>
  tileOf(zone).getByText('STREAMING', { exact: true }).waitFor({ timeout: 20_000 });
/** Frames that a tile has shown. */
const frames = (zone: string): Promise<number> =>
  tileOf(zone)
    .locator('video')
    .evaluate((video: HTMLVideoElement) => video.getVideoPlaybackQuality().totalVideoFrames);

test('Chromium shows Baseline, Main and High as they come', async () => {
  for (const name of Object.keys(profiles)) await streams(zoneOf(name));
  const list = (await (await fetch(`${scene.server.url}/api/gateways`)).json()) as {
    gateways: { cameras: { name: string; report: { streams: object[] } }[] }[];
  };
  const seen = list.gateways[0]?.cameras.filter(({ name }) => name in profiles) ?? [];
  expect(seen.map(({ name, report: { streams } }) => [name, streams[0]])).toEqual([
    ['baseline', expect.objectContaining({ profile: expect.stringMatching(/Baseline/) as string })],
    ['high', expect.objectContaining({ profile: 'High', transcoded: false })],
    ['main', expect.objectContaining({ profile: 'Main', transcoded: false })],
  ]);
});

test('a dead camera, one that restarts, and one that sends garbage disturb no other', async () => {
  const good = Object.keys(profiles).map(zoneOf);
  for (const zone of good) await streams(zone);
  const before = await Promise.all(good.map(frames));
  const begun = performance.now();
  for (let times = 0; times < 3; times += 1) {
    restarting.drop();
    await wait(2000);
  }
  const after = await Promise.all(good.map(frames));
  const due = ((performance.now() - begun) / 1000) * 25;
  for (const [at, zone] of good.entries()) {
    expect((after[at] ?? 0) - (before[at] ?? 0), zone).toBeGreaterThan(due * 0.9);
  }
  expect(scene.gateway.process.exitCode).toBe(null);
});

test('a camera that stops for 5 s is said to, and is there again soon after it is back', async () => {
  const zone = zoneOf('baseline');
  await streams(zone);
  const { camera: baseline } = scene;
  baseline.pause();
  await tileOf(zone).getByText('STALLED', { exact: true }).waitFor({ timeout: 10_000 });
  await wait(3000);
  const stood = await frames(zone);
  baseline.pause(false);
  const back = performance.now();
  while ((await frames(zone)) <= stood) await wait(20);
  const took = performance.now() - back;
  console.log(`the first frame came ${took.toFixed(0)} ms after the stream was back`);
  // A new attempt each 0.5 s, and its first key frame, which is a second away at most here.
  expect(took).toBeLessThan(3500);
  await streams(zone);
});
