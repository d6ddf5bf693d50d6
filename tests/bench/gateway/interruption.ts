/** A camera whose stream stops for 5 s: when a viewer sees it again. */
import type { Browser, Page } from 'playwright-core';
import { framesFlow, launchBrowser, openConsole } from '../../support/browser.ts';
import { wallClock } from '../../support/peers/rtp.ts';
import { cameraClip } from '../../support/rtsp/clips.ts';
import { startRtspServer, type RtspServer } from '../../support/rtsp/server.ts';
import type { Bench } from '../benchmark.ts';
import { pause } from '../measure/cpu.ts';
import { spread } from '../measure/quantiles.ts';
import { openScene, zoneOf, type Scene } from './scene.ts';

const stopped = 5000; // ms
const goal = 1000; // ms

/** How a camera stops and comes back; it goes on in the middle of its pictures, or begins anew. */
type Way = 'sends nothing' | 'restarts';

export async function measureInterruption(bench: Bench): Promise<void> {
  const clip = await cameraClip('main');
  const cameras = new Map<Way, RtspServer>();
  let scene: Scene | undefined;
  let browser: Browser | undefined;
  try {
    for (const way of ['sends nothing', 'restarts'] as const) {
      cameras.set(way, await startRtspServer({ streams: { '/main': clip } }));
    }
    const nameOf = (way: Way): string => way.split(' ').at(-1) ?? '';
    scene = await openScene(
      [...cameras].map(([way, camera]) => ({ name: nameOf(way), url: camera.url('/main') })),
    );
    browser = await launchBrowser();
    for (const way of cameras.keys()) {
      const zone = zoneOf(nameOf(way));
      const page = await openConsole(browser, scene.server.url, { zone, role: 'operator' });
      await framesFlow(page, 50);
      const took: number[] = [];
      const times = bench.full ? 10 : 3;
      for (let time = 1; time <= times; time += 1) {
        bench.progress(`a camera ${way} for 5 s, ${time} of ${times}`);
        // The gateway forgets what was before after 3 s of pictures; and each time another moment is met.
        await pause(4000 + Math.random() * 1000);
        took.push(await interrupt(page, way, cameras, clip));
      }
      bench.figure({
        what: `viewer's frame after the stream is back, a camera that ${way} for 5 s`,
        ...spread(took),
        unit: 'ms',
        how: `median of ${times}; key frames 1 s apart`,
        goal: { atMost: goal },
      });
      await page.context().close();
    }
  } finally {
    await browser?.close();
    await scene?.end();
    await Promise.all([...cameras.values()].map((camera) => camera.close()));
  }
}

/** @returns ms from when the camera sends again to the next frame on the viewer's screen */
async function interrupt(
  page: Page,
  way: Way,
  cameras: Map<Way, RtspServer>,
  clip: Awaited<ReturnType<typeof cameraClip>>,
): Promise<number> {
  const camera = cameras.get(way)!;
  if (way === 'sends nothing') camera.pause();
  else await camera.close();
  await pause(stopped - 500);
  // By now what was under way has been shown.
  const shown = page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const video = document.querySelector('video');
        if (!video) return reject(new Error('there is no video on the page'));
        const timer = setTimeout(() => reject(new Error('no frame in 30 s')), 30_000);
        video.requestVideoFrameCallback(() => {
          clearTimeout(timer);
          resolve(performance.timeOrigin + performance.now());
        });
      }),
  );
  await pause(500);
  const back = wallClock();
  if (way === 'sends nothing') camera.pause(false);
  else {
    cameras.set(way, await startRtspServer({ streams: { '/main': clip }, port: camera.port }));
  }
  return (await shown) - back;
}
