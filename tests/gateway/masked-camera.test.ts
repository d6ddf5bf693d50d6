/** Masks of a zone that a gateway films: from the camera's RTSP to the viewer's pixels. */
import { spawnSync } from 'node:child_process';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { framesFlow, launchBrowser, openConsole } from '../support/browser.ts';
import { hasFfmpeg } from '../support/coded-pictures.ts';
import { startGateway, type RunningGateway } from '../support/gateway/running-gateway.ts';
import { inRectangle, rectangle, setMasks } from '../support/masks.ts';
import { watchPixels } from '../support/pixels.ts';
import { cameraClip } from '../support/rtsp/clips.ts';
import { startRtspServer, type RtspServer } from '../support/rtsp/server.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const zone = 'SITE-MASKED-01';
const outside = [{ x: 0.55, y: 0.3 }];

describe.skipIf(!hasFfmpeg())(`with ffmpeg${hasFfmpeg() ? '' : ' [not installed]'}`, () => {
  let server: RunningServer;
  let browser: Browser;
  let camera: RtspServer;
  let gateway: RunningGateway;

  beforeAll(async () => {
    camera = await startRtspServer({ streams: { '/main': await cameraClip('main') } });
    server = await startServer({ TLS_ENABLED: 'false', CAMERA_WARM_UP: '1000' });
    browser = await launchBrowser();
    gateway = await startGateway({
      server: server.url,
      cameras: [{ name: 'gate', zone, url: camera.url('/main') }],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.end();
    await server?.stop();
    await camera?.close();
  });

  /** Whether all places are of the masks' colour in all that is shown during a moment; encoders smooth. */
  const areHidden = async (page: Page, places = inRectangle): Promise<boolean> =>
    (await watchPixels(page, places)).every(
      ({ darkest, brightest }) => darkest > 40 && brightest < 75 && brightest - darkest < 24,
    );

  /** The ffmpeg processes of the gateway. */
  function transcoders(): number[] {
    // It fails where there is no child at all.
    const { stdout } = spawnSync('ps', ['-o', 'pid=,comm=', '--ppid', `${gateway.process.pid}`]);
    return [...stdout.toString().matchAll(/(\d+) ffmpeg/g)].map(([, pid]) => Number(pid));
  }

  test('masked pixels are one colour at the viewer, also when ffmpeg is started again', async () => {
    const page = await openConsole(browser, server.url, { zone, role: 'operator' });
    await framesFlow(page);
    expect(transcoders()).toEqual([]);
    expect(await areHidden(page)).toBe(false);
    await setMasks(page, zone, [rectangle]);
    await expect.poll(() => areHidden(page), { timeout: 20_000 }).toBe(true);
    expect(await areHidden(page, outside)).toBe(false);
    const [child = 0] = transcoders();
    expect(child).toBeGreaterThan(0);
    process.kill(child, 'SIGKILL');
    await expect
      .poll(() => transcoders().some((pid) => pid !== child), { timeout: 10_000 })
      .toBe(true);
    await framesFlow(page);
    for (let look = 0; look < 3; look += 1) expect(await areHidden(page)).toBe(true);
    await setMasks(page, zone, []);
    await expect.poll(() => areHidden(page), { timeout: 20_000 }).toBe(false);
    await expect.poll(transcoders).toEqual([]);
  });
});
