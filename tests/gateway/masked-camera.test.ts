/** Masks of a zone that a gateway films, as main and as sub stream: from the camera's RTSP to the viewer's pixels. */
import { spawnSync } from 'node:child_process';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GatewayList } from '../../server/contract/gateway-list.ts';
import { maskWatch, watchMask } from '../support/bare-frames.ts';
import { newTab, openConsole } from '../support/browser.ts';
import { hasFfmpeg } from '../support/coded-pictures.ts';
import type { RunningGateway } from '../support/gateway/running-gateway.ts';
import { Scene } from '../support/gateway/scene.ts';
import { inRectangle, rectangle, setMasks } from '../support/masks.ts';
import { watchPixels } from '../support/pixels.ts';
import { cameraClip, type CameraClip } from '../support/rtsp/clips.ts';
import type { RtspServer } from '../support/rtsp/server.ts';
import type { RunningServer } from '../support/server.ts';
import { stillAt } from '../support/still.ts';

const zone = 'SITE-MASKED-01';
const outside = [{ x: 0.55, y: 0.3 }];
const sizes = { small: { width: 320, height: 900 }, large: { width: 1280, height: 900 } };

describe.skipIf(!hasFfmpeg())(`with ffmpeg${hasFfmpeg() ? '' : ' [not installed]'}`, () => {
  let scene: Scene;
  let server: RunningServer;
  let browser: Browser;
  let camera: RtspServer;
  let gateway: RunningGateway;
  /** A small tile, which gets the sub stream, and a large picture. */
  let tile: Page;
  let operator: Page;
  const streams: Record<string, CameraClip> = {};

  beforeAll(async () => {
    streams['/main'] = await cameraClip('main');
    streams['/sub'] = await cameraClip('sub');
    scene = await Scene.begin({
      ...{ streams, settings: { SESSION_GRACE: '1000' } },
      file: async (own) => ({
        cameras: [{ name: 'gate', zone, url: own.url('/main'), sub: own.url('/sub') }],
      }),
    });
    ({ camera, server, gateway } = scene);
    browser = await scene.browser();
    tile = await newTab(browser);
    await tile.setViewportSize(sizes.small);
    await tile.goto(`${server.url}/wall?zones=${zone}`);
    operator = await openConsole(browser, server.url, { zone, role: 'operator' });
    for (const page of [tile, operator]) await watchMask(page, inRectangle);
  });
  afterAll(() => scene?.end());

  const widthOf = async (page: Page): Promise<number> => (await maskWatch(page)).width;
  const untilWidth = (page: Page, width: number): Promise<void> =>
    expect.poll(() => widthOf(page), { timeout: 20_000 }).toBe(width);

  /** Whether all places are of the masks' colour in all that is shown during a moment; encoders smooth. */
  const areHidden = async (page: Page, places = inRectangle): Promise<boolean> =>
    (await watchPixels(page, places)).every(
      ({ darkest, brightest }) => darkest > 40 && brightest < 75 && brightest - darkest < 24,
    );

  /** Frames go on, and not one since the first masked one was bare. */
  async function flowsMasked(...pages: Page[]): Promise<void> {
    const before = await Promise.all(pages.map(maskWatch));
    for (const [at, page] of pages.entries()) {
      const more = async (): Promise<number> =>
        (await maskWatch(page)).sinceMasked - (before[at]?.sinceMasked ?? 0);
      await expect.poll(more, { timeout: 25_000 }).toBeGreaterThan(20);
      expect((await maskWatch(page)).bare).toEqual([]);
    }
  }

  /** The ffmpeg processes of the gateway. */
  function transcoders(): number[] {
    // It fails where there is no child at all.
    const { stdout } = spawnSync('ps', ['-o', 'pid=,comm=', '--ppid', `${gateway.process.pid}`]);
    return [...stdout.toString().matchAll(/(\d+) ffmpeg/g)].map(([, pid]) => Number(pid));
  }

  const troubleOfCamera = async () => {
    const list = (await (await fetch(`${server.url}/api/gateways`)).json()) as GatewayList;
    return list.gateways[0]?.cameras[0]?.report?.trouble;
  };

  test('masked pixels are one colour at large and small viewers, and bare once more without masks', async () => {
    await untilWidth(tile, 320);
    await untilWidth(operator, 1280);
    expect(transcoders()).toEqual([]);
    for (const page of [tile, operator]) expect(await areHidden(page)).toBe(false);
    await setMasks(operator, zone, [rectangle]);
    await flowsMasked(tile, operator);
    for (const page of [tile, operator]) {
      await expect.poll(() => areHidden(page), { timeout: 20_000 }).toBe(true);
      expect(await areHidden(page, outside)).toBe(false);
    }
    expect(transcoders()).toHaveLength(2);
  });

  test('no frame is bare when ffmpeg is killed, on either stream', async () => {
    for (const child of transcoders()) {
      process.kill(child, 'SIGKILL');
      await expect
        .poll(() => transcoders().length === 2 && !transcoders().includes(child), {
          timeout: 10_000,
        })
        .toBe(true);
      await flowsMasked(tile, operator);
    }
    const restarts = [...(await gateway.metrics())].filter(([name]) =>
      name.startsWith('transcoder_restarts_total{'),
    );
    expect(restarts.map(([, times]) => times)).toEqual([1, 1]);
  });

  test('no frame is bare while main and sub stream take turns', async () => {
    for (const [size, width] of [
      ['small', 320],
      ['large', 1280],
    ] as const) {
      await operator.setViewportSize(sizes[size]);
      await untilWidth(operator, width);
      await flowsMasked(tile, operator);
    }
  });

  test('a still of the sleeping camera is masked, says its age, and wakes nothing', async () => {
    await Promise.all([tile, operator].map((page) => page.close()));
    const onlooker = await newTab(browser);
    await onlooker.goto(server.url);
    await expect.poll(() => camera.sessions, { timeout: 20_000 }).toBe(0);
    const opened = camera.opened;
    await expect
      .poll(async () => (await stillAt(onlooker, zone)).status, { timeout: 15_000 })
      .toBe(200);
    const still = await stillAt(onlooker, zone);
    expect([still.width, still.height]).toEqual([640, 360]);
    expect(still.inside[0]).toBeGreaterThan(40);
    expect(still.inside[1]).toBeLessThan(75);
    expect(still.outside[1] - still.outside[0]).toBeGreaterThan(60);
    // It was taken while the camera was awake, which it has not been for the 2 s that it lingers.
    expect(still.age).toBeGreaterThan(1000);
    expect(still.age).toBeLessThan(60_000);
    expect([camera.sessions, camera.opened]).toEqual([0, opened]);
  });

  test('after a restart with a camera of another shape nothing is shown before masks are drawn anew', async () => {
    operator = await openConsole(browser, server.url, { zone, role: 'operator' });
    await watchMask(operator, inRectangle);
    await untilWidth(operator, 1280);
    await flowsMasked(operator);
    await gateway.stop('SIGKILL');
    streams['/main'] = await cameraClip('fourThirds');
    await gateway.restart();
    await expect.poll(troubleOfCamera, { timeout: 20_000 }).toMatchObject({
      code: 'masks-required',
      detail: expect.stringMatching(/another shape than 640×480/) as string,
    });
    // The sub stream is as it was, and may be shown.
    await operator.waitForTimeout(2000);
    expect(await widthOf(operator)).not.toBe(640);
    expect((await maskWatch(operator)).bare).toEqual([]);
    const [first, ...rest] = rectangle.points;
    await setMasks(operator, zone, [
      { points: [...rest, first ?? { x: 0, y: 0 }] }, // The same place, drawn from another corner.
    ]);
    await untilWidth(operator, 640);
    await flowsMasked(operator);
    await setMasks(operator, zone, []);
    await expect.poll(() => areHidden(operator), { timeout: 20_000 }).toBe(false);
    await expect.poll(transcoders).toEqual([]);
  });
});
