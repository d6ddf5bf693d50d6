/** What a newcomer sees when, where key frames are 4 s apart: in a zone that others watch, and in one that nobody did. */
import type { Browser } from 'playwright-core';
import { wallClock } from '../../support/peers/rtp.ts';
import { comeTo, type Seen } from '../../support/newcomer.ts';
import { launchBrowser } from '../../support/browser.ts';
import { startOnvifDevice, type OnvifDevice } from '../../support/onvif/device.ts';
import { mediaService } from '../../support/onvif/media-service.ts';
import { cameraClip } from '../../support/rtsp/clips.ts';
import { startRtspServer, type RtspServer } from '../../support/rtsp/server.ts';
import type { Bench } from '../benchmark.ts';
import { pause } from '../measure/cpu.ts';
import { spread } from '../measure/quantiles.ts';
import { openScene, until, watchAll, zoneOf, type Scene } from './scene.ts';

const goals = { still: 300, live: 500, afterKey: 300, asked: 300 }; // ms
const keyInterval = 4000; // ms

/** A camera, and when it has sent key frames; ms as of `wallClock()`. */
interface Camera {
  readonly name: string;
  readonly server: RtspServer;
  readonly keysAt: number[];
  /** By which it makes a key frame when asked. */
  readonly device?: OnvifDevice;
}

/** @param beginsAt the picture with which a session begins, by its place in the clip; the first is a key frame */
async function startCamera(name: string, beginsAt: number): Promise<Camera> {
  const clip = await cameraClip('rareKeys');
  const keysAt: number[] = [];
  const sent = (count: number): void => {
    const picture = clip.pictures[(beginsAt + count) % clip.pictures.length];
    if (picture?.isKey === true) keysAt.push(wallClock());
  };
  const server = await startRtspServer({ streams: { '/main': { clip, beginsAt, sent } } });
  return { name, server, keysAt };
}

/** One that wants no password, and makes a key frame when it is asked by ONVIF. */
async function startAskedCamera(name: string, beginsAt: number): Promise<Camera> {
  const camera = await startCamera(name, beginsAt);
  const { server } = camera;
  const stream = { token: 'main', name: 'main', url: server.url('/main'), keyEvery: 100 };
  const profiles = [{ ...stream, width: 320, height: 180 }];
  const synchronise = (): void => server.makeKey('/main');
  const services = [mediaService(2, { profiles, synchronise })];
  return { ...camera, device: await startOnvifDevice({ services }) };
}

export async function measureFirstPicture(bench: Bench): Promise<void> {
  const cameras: Camera[] = [];
  let scene: Scene | undefined;
  let browser: Browser | undefined;
  try {
    // Some cameras begin a session with a key frame, others wherever they are.
    cameras.push(await startCamera('prompt', 0), await startCamera('midway', 50));
    cameras.push(await startAskedCamera('asked', 50));
    scene = await openScene(
      cameras.map(({ name, server, device }) => ({
        ...{ name, url: server.url('/main') },
        ...(device && { onvif: { url: device.url } }),
      })),
    );
    browser = await launchBrowser();
    // The first tab of a browser is slow.
    await comeTo(browser, scene.server.url, zoneOf('prompt'));
    await watchedByOthers(bench, scene, browser);
    for (const camera of cameras) await watchedByNobody(bench, scene, browser, camera);
    bench.condition('first picture', '320×180 at 25/s, 200 kbit/s, key frames 4 s apart');
  } finally {
    await browser?.close();
    await scene?.end();
    await Promise.all(cameras.flatMap(({ server, device }) => [server.close(), device?.close()]));
  }
}

function times(bench: Bench): number {
  return bench.full ? 20 : 5;
}

async function watchedByOthers(bench: Bench, scene: Scene, browser: Browser): Promise<void> {
  const others = await watchAll(scene, ['prompt']);
  const seen: Seen[] = [];
  try {
    for (let time = 1; time <= times(bench); time += 1) {
      bench.progress(`first picture, watched by others, ${time} of ${times(bench)}`);
      await pause(Math.random() * keyInterval);
      seen.push(await comeTo(browser, scene.server.url, zoneOf('prompt')));
    }
  } finally {
    others.close();
  }
  report(bench, 'watched by others', seen);
  bench.figure({
    what: 'live picture after the click, watched by others',
    ...spread(seen.map(({ live, click }) => live - click)),
    unit: 'ms',
    how: `median of ${seen.length} newcomers`,
    goal: { atMost: goals.live },
  });
}

async function watchedByNobody(
  bench: Bench,
  scene: Scene,
  browser: Browser,
  { name, server, keysAt, device }: Camera,
): Promise<void> {
  const begins = name === 'prompt' ? 'sessions begin with a key frame' : beginsLate(device);
  const afterClick: number[] = [];
  const afterKey: number[] = [];
  const seen: Seen[] = [];
  for (let time = 1; time <= times(bench); time += 1) {
    bench.progress(
      `first picture, watched by nobody before, ${begins}, ${time} of ${times(bench)}`,
    );
    await until('the camera rests', () => server.sessions === 0);
    await pause(500);
    keysAt.length = 0;
    const one = await comeTo(browser, scene.server.url, zoneOf(name));
    const live = one.origin + one.live;
    const [firstKey = NaN] = keysAt;
    seen.push(one);
    afterClick.push(one.live - one.click);
    afterKey.push(live - firstKey);
  }
  report(bench, `watched by nobody before, ${begins}`, seen);
  // When one was made that was asked for is not known here.
  if (!device)
    bench.figure({
      what: `live picture after the camera's first key frame, ${begins}`,
      ...spread(afterKey),
      unit: 'ms',
      how: `median of ${seen.length}, watched by nobody before`,
      goal: { atMost: goals.afterKey },
    });
  bench.figure({
    what: `live picture after the click, watched by nobody before, ${begins}`,
    ...spread(afterClick),
    unit: 'ms',
    how: `median of ${seen.length}`,
    ...(device && { goal: { atMost: goals.asked } }),
  });
}

const beginsLate = (device: OnvifDevice | undefined): string =>
  device ? 'a key frame when it is asked' : 'a key frame 2 s later';

function report(bench: Bench, watched: string, seen: readonly Seen[]): void {
  const stills = seen.flatMap(({ still, click }) => (still === undefined ? [] : [still - click]));
  if (stills.length === 0) return;
  bench.figure({
    what: `still after the click, ${watched}`,
    ...spread(stills),
    unit: 'ms',
    how: `median of ${stills.length} of ${seen.length}; to the others the live picture came before it`,
    goal: { atMost: goals.still },
  });
}
