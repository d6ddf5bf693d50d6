/** Sound of cameras that speak RTSP, as a browser hears it; and that nothing of it is fetched unless it is asked for. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { SiteCameraReport } from '../../server/contract/gateway.ts';
import { hasFfmpeg } from '../support/coded-pictures.ts';
import { closeTabs, framesFlow, openConsole } from '../support/browser.ts';
import { Scene } from '../support/gateway/scene.ts';
import { cameraClip } from '../support/rtsp/clips.ts';
import { controls } from '../support/rtsp/description.ts';
import { soundClip, toneFrequency, type SoundCodecName } from '../support/rtsp/sounds.ts';

let scene: Scene;
let browser: Browser;
/** Whether packets of sound go out, by path. */
const gone = { dead: false };

beforeAll(async () => {
  const clip = await cameraClip('flashes');
  const beeps = (codec: SoundCodecName) => ({ clip, sound: { clip: soundClip(codec, 'beeps') } });
  const tone = { clip: soundClip('PCMU') };
  const lost = (_: Buffer, count: number): boolean => count % 7 === 3 || count % 50 > 40;
  scene = await Scene.begin({
    streams: {
      ...{ '/pcma': beeps('PCMA'), '/aac': beeps('AAC') },
      ...{ '/off': { clip, sound: tone }, '/none': clip },
      '/g726': {
        clip,
        sound: { ...tone, described: ['m=audio 0 RTP/AVP 97', 'a=rtpmap:97 G726-32/8000'] },
      },
      '/torn': {
        clip,
        sound: { ...tone, packet: (packet, count) => (lost(packet, count) ? [] : [packet]) },
      },
      '/dead': { clip, sound: { ...tone, packet: (packet) => (gone.dead ? [] : [packet]) } },
      // What it sends is no sound, and not even packets.
      '/odd': {
        clip,
        sound: {
          clip: soundClip('AAC'),
          packet: (packet, count) => [packet.subarray(0, count % 40), Buffer.alloc(3000, count)],
        },
      },
    },
    file: async (camera) => ({
      cameras: ['pcma', 'aac', 'off', 'none', 'g726', 'torn', 'dead', 'odd'].map((name) => ({
        ...{ name, zone: `SOUND-${name.toUpperCase()}`, url: camera.url(`/${name}`) },
        audio: name !== 'off',
      })),
    }),
  });
  browser = await scene.browser();
});
afterEach(() => closeTabs(browser));
afterAll(() => scene?.end());

/** Opens the zone, and hears what comes of it. */
async function listen(name: string): Promise<Page> {
  const zone = `SOUND-${name.toUpperCase()}`;
  const page = await openConsole(browser, scene.server.url, { zone, role: 'operator' });
  await framesFlow(page);
  return page;
}

/** Waits until the tone is heard above all else, and says where it is, Hz. */
const heard = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const stream = document.querySelector('video')?.srcObject as MediaStream;
    const until = performance.now() + 10_000;
    while (stream.getAudioTracks().length === 0) {
      if (performance.now() > until) return NaN;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(analyser);
    const levels = new Float32Array(analyser.frequencyBinCount);
    for (;;) {
      analyser.getFloatFrequencyData(levels);
      const loudest = levels.indexOf(Math.max(...levels));
      if ((levels[loudest] ?? -Infinity) > -50) {
        await context.close();
        return (loudest * context.sampleRate) / analyser.fftSize;
      }
      if (performance.now() > until) return NaN;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });

/** How much later beeps are heard than the flashes that they belong to are seen, ms; the median of four. */
const skew = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const video = document.querySelector('video') as HTMLVideoElement;
    const context = new AudioContext();
    const source = context.createMediaStreamSource(video.srcObject as MediaStream);
    const listener = context.createScriptProcessor(256, 1, 1);
    source.connect(listener).connect(context.destination);
    const beeps: number[] = [];
    let isLoud = false;
    listener.onaudioprocess = ({ inputBuffer }) => {
      const peak = Math.max(...inputBuffer.getChannelData(0));
      const now = performance.now();
      if (!isLoud && peak > 0.1 && now - (beeps.at(-1) ?? -Infinity) > 500) beeps.push(now);
      isLoud = peak > 0.1;
    };
    const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
    const picture = canvas.getContext('2d', { willReadFrequently: true });
    const flashes: number[] = [];
    let isWhite = true;
    const look: VideoFrameRequestCallback = (_, { expectedDisplayTime }) => {
      const { videoWidth: width, videoHeight: height } = video;
      picture?.drawImage(video, width / 2 - 8, height / 2 - 8, 16, 16, 0, 0, 1, 1);
      const [level = 0] = picture?.getImageData(0, 0, 1, 1).data ?? [];
      if (!isWhite && level > 127) flashes.push(expectedDisplayTime);
      isWhite = level > 127;
      video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
    const pairs = (): number[] =>
      flashes.flatMap((flash) => {
        const nearest = beeps.map((beep) => beep - flash).sort((a, b) => Math.abs(a) - Math.abs(b));
        return Math.abs(nearest[0] ?? Infinity) < 500 ? [nearest[0] ?? 0] : [];
      });
    const until = performance.now() + 15_000;
    while (pairs().length < 4 && performance.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 100));
    await context.close();
    const late = pairs().sort((a, b) => a - b);
    return late[Math.floor(late.length / 2)] ?? NaN;
  });

async function reportOf(name: string): Promise<SiteCameraReport | undefined> {
  const answer = await fetch(`${scene.server.url}/api/gateways`);
  const { gateways } = (await answer.json()) as {
    gateways: { cameras: { name: string; report?: SiteCameraReport }[] }[];
  };
  return gateways[0]?.cameras.find((camera) => camera.name === name)?.report;
}

// A person notices 45 ms too early and 125 ms too late (ITU-R BT.1359); a busy machine makes it more.
test.skipIf(!hasFfmpeg()).each([
  ['pcma', 'PCMA', 250],
  // Made Opus by a program that waits for its turn, too.
  ['aac', 'OPUS', 450],
])('sound of %s is heard, in step with the picture', async (name, sentAs, most) => {
  const page = await listen(name);
  expect(Math.abs((await heard(page)) - toneFrequency)).toBeLessThan(50);
  const late = await skew(page);
  console.log(`${name}: heard ${late.toFixed(0)} ms after it is seen`);
  expect(Math.abs(late)).toBeLessThan(most);
  await expect
    .poll(async () => (await reportOf(name))?.audio, { timeout: 5000 })
    .toEqual({ sentAs });
});

const setUp = (name: string, control: string): number =>
  scene.camera.asked('SETUP', `/${name}/${control}`);
const audioTracks = (page: Page): Promise<number> =>
  page.evaluate(
    () => (document.querySelector('video')?.srcObject as MediaStream).getAudioTracks().length,
  );

test('unless it is switched on, nothing of it is fetched, though the camera offers it, and the row says what that is', async () => {
  const page = await listen('off');
  expect(setUp('off', controls.video)).toBeGreaterThan(0);
  expect(setUp('off', controls.sound)).toBe(0);
  expect(await audioTracks(page)).toBe(0);
  const report = await reportOf('off');
  expect(report?.streams).toMatchObject([{ audio: 'PCMU' }]);
  expect(report).not.toHaveProperty('audio');
});

test('of a camera that has none, or one that no browser plays, the picture comes, and the row says why there is no sound', async () => {
  const pages = await Promise.all([listen('none'), listen('g726')]);
  for (const [name, words] of [
    ['none', /has none/],
    ['g726', /cannot play G726-32/],
  ] as const) {
    expect(setUp(name, controls.sound)).toBe(0);
    expect((await reportOf(name))?.audio).toEqual({ missing: expect.stringMatching(words) });
  }
  await Promise.all(pages.map((page) => page.close()));
});

test('sound of PCMU is heard though much of it is lost, and what is no sound at all holds up no picture either', async () => {
  const [torn, odd] = await Promise.all([listen('torn'), listen('odd')]);
  expect(Math.abs((await heard(torn)) - toneFrequency)).toBeLessThan(50);
  await Promise.all([framesFlow(torn, 40), framesFlow(odd, 40)]);
  expect(scene.gateway.log.filter(({ camera, trouble }) => camera === 'odd' && trouble)).toEqual(
    [],
  );
  await Promise.all([torn.close(), odd.close()]);
});

test('sound that ends does not end the picture; the row says so until it is back', async () => {
  const page = await listen('dead');
  expect(Math.abs((await heard(page)) - toneFrequency)).toBeLessThan(50);
  const sessions = setUp('dead', controls.video);
  gone.dead = true;
  const missing = async (): Promise<string | undefined> => (await reportOf('dead'))?.audio?.missing;
  await expect.poll(missing, { timeout: 15_000 }).toMatch(/nothing of it comes/);
  await framesFlow(page, 25);
  gone.dead = false;
  await expect.poll(missing, { timeout: 10_000 }).toBe(undefined);
  expect(setUp('dead', controls.video)).toBe(sessions);
});
