/** How old a camera's picture is on an operator's screen, and what gateway and server have to do with that. */
import type { Browser } from 'playwright-core';
import { framesFlow, launchBrowser, openConsole } from '../../support/browser.ts';
import { parseRtp, wallClock } from '../../support/peers/rtp.ts';
import type { Bench } from '../benchmark.ts';
import { pause } from '../measure/cpu.ts';
import { quantile, spread } from '../measure/quantiles.ts';
import { readLatency } from '../measure/time-code.ts';
import { startCameraProcess, type CameraProcess } from './camera-process.ts';
import { openScene, watchAll, zoneOf, type Scene } from './scene.ts';
import { readStamp } from './stamps.ts';

const goals = { screen: 65, screenP95: 90, forward: 5 }; // ms
/** Until the jitter buffer has forgotten the burst at the beginning, ms. */
const settling = 3000;

/** From drawing to Chromium's screen. */
export async function measureScreen(bench: Bench): Promise<void> {
  let camera: CameraProcess | undefined;
  let scene: Scene | undefined;
  let browser: Browser | undefined;
  try {
    camera = await startCameraProcess('live-camera-program.ts');
    scene = await openScene([{ name: 'clock', url: camera.url }]);
    browser = await launchBrowser();
    const readings: number[] = [];
    const rounds = bench.full ? 8 : 2;
    for (let round = 1; round <= rounds; round += 1) {
      bench.progress(`from drawing to the screen, ${round} of ${rounds}`);
      const zone = zoneOf('clock');
      const page = await openConsole(browser, scene.server.url, { zone, role: 'operator' });
      await framesFlow(page);
      await pause(settling);
      camera.said.length = 0;
      readings.push(...(await readLatency(page, 5)));
      await page.context().close();
    }
    const { value, p95, worst } = spread(readings);
    const what = 'from drawing to the screen, gateway and server in the way';
    const how = `of ${readings.length} frames in ${rounds} openings, by the time code in the picture`;
    const unit = 'ms';
    bench.figure({
      ...{ what, value, p95, worst, unit },
      how: `median ${how}`,
      goal: { atMost: goals.screen },
    });
    bench.figure({
      ...{ what: `${what}, p95`, value: p95, unit, how },
      goal: { atMost: goals.screenP95 },
    });
    const encoding = camera.said.map(Number);
    bench.figure({
      what: 'of that, until the camera has sent the picture',
      ...spread(encoding),
      unit,
      how: `median of ${encoding.length} pictures: drawing, x264, RTP`,
    });
    bench.condition('screen', '720p25, 2 Mbit/s, x264 ultrafast zerolatency; headless Chromium');
  } finally {
    await browser?.close();
    await scene?.end();
    await camera?.stop();
  }
}

/** From the camera's socket to that of a viewer. */
export async function measureForwarding(bench: Bench): Promise<void> {
  let camera: CameraProcess | undefined;
  let scene: Scene | undefined;
  let watcher: Awaited<ReturnType<typeof watchAll>> | undefined;
  const first: number[] = [];
  const last: number[] = [];
  let isReading = false;
  /** Of the picture that comes. */
  let begun: { sent: number; timestamp: number } | undefined;
  const take = (packet: Buffer): void => {
    const now = wallClock();
    const rtp = parseRtp(packet);
    if (!isReading || !rtp) return;
    const sent = readStamp(packet);
    if (sent !== undefined) {
      begun = { sent, timestamp: rtp.timestamp };
      first.push(now - sent);
    }
    if (rtp.marker && begun?.timestamp === rtp.timestamp) last.push(now - begun.sent);
  };
  try {
    camera = await startCameraProcess('camera-program.ts', 'main');
    scene = await openScene([{ name: 'stamped', url: camera.url }]);
    watcher = await watchAll(scene, ['stamped'], take);
    await pause(settling);
    isReading = true;
    bench.progress('from packet in to packet out');
    await pause(bench.full ? 60_000 : 10_000);
    for (const [values, which, goal] of [
      [first, "a picture's first packet", { atMost: goals.forward }],
      [last, 'its first packet in to its last out', { atMost: goals.forward }],
    ] as const) {
      const what = `RTSP packet in to RTP packet out, ${which}`;
      const how = `of ${values.length} pictures, from the camera's socket to a light viewer's`;
      bench.figure({ what, ...spread(values), unit: 'ms', how: `median ${how}`, goal });
      bench.figure({ what: `${what}, p99`, value: quantile(values, 0.99), unit: 'ms', how });
    }
    bench.condition('forwarding', '720p25 at 1.5 Mbit/s by TCP, key frames 1 s apart');
  } finally {
    watcher?.close();
    await scene?.end();
    await camera?.stop();
  }
}
