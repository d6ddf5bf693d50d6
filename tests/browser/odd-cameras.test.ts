/** Cameras that are not 1280×720 at 30 frames/s: all that they see is sent, and few frames are no fault. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  figure,
  framesFlow,
  launchBrowser,
  newTab,
  openConsole,
  pill,
} from '../support/browser.ts';
import { cornerPlaces, framedPicture, type FramedPicture } from '../support/framed-picture.ts';
import { startServer, type RunningServer } from '../support/server.ts';

let server: RunningServer;
let open: { browser: Browser; picture: FramedPicture }[] = [];

beforeAll(async () => {
  server = await startServer();
});
afterEach(async () => {
  await Promise.all(open.map(({ browser }) => browser.close()));
  for (const { picture } of open) picture.remove();
  open = [];
});
afterAll(async () => {
  await server?.stop();
});

async function browserWith(picture: FramedPicture): Promise<Browser> {
  const browser = await launchBrowser(picture.args);
  open.push({ browser, picture });
  return browser;
}

/** The colours that the page's video shows in the four corners of the camera's picture. */
function coloursAt(page: Page, places: Record<string, { x: number; y: number }>) {
  return page.evaluate((places) => {
    const video = document.querySelector('video') as HTMLVideoElement;
    const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
    const context = canvas.getContext('2d');
    context?.drawImage(video, 0, 0, canvas.width, canvas.height);
    return Object.fromEntries(
      Object.entries(places).map(([name, { x, y }]) => {
        const at = [Math.round(x * canvas.width), Math.round(y * canvas.height)] as const;
        const [red = 0, green = 0, blue = 0] = context?.getImageData(...at, 1, 1).data ?? [];
        const high = [red > 120, green > 100, blue > 120].join();
        const colours: Record<string, string> = {
          'true,false,false': 'red',
          'false,true,false': 'green',
          'false,false,true': 'blue',
          'true,true,false': 'yellow',
        };
        return [name, colours[high] ?? 'other'];
      }),
    );
  }, places);
}
const allCorners = { red: 'red', green: 'green', blue: 'blue', yellow: 'yellow' };

test.each([
  [1280, 960],
  [2560, 1080],
  [720, 1280],
  [640, 480],
])('a camera of %i×%i sends all that it sees', async (width, height) => {
  // Few frames: a busy machine that cannot encode them all makes the picture smaller, and the shape is what counts here.
  const browser = await browserWith(framedPicture(width, height, '10:1'));
  const zone = `SHAPE-${width}-${height}`;
  const camera = await openConsole(browser, server.url, { zone, role: 'camera' });
  const operator = await newTab(browser, 2);
  await operator.goto(`${server.url}/?zone=${zone}&role=operator&start=1`);
  const places = cornerPlaces(width, height);
  await expect
    .poll(() => figure(operator, 'Resolution'), { timeout: 25_000 })
    .toBe(`${width}×${height}`);
  expect(await coloursAt(operator, places)).toEqual(allCorners);
  expect(await coloursAt(camera, places)).toEqual(allCorners);
  await camera.getByRole('row', { name: `${width}×${height}` }).waitFor();

  // A mask is where it was drawn: over the upper left corner, and over nothing else.
  const { x, y } = places.red;
  const masks = [
    {
      points: [
        { x: 0, y: 0 },
        { x: 2 * x, y: 0 },
        { x: 2 * x, y: 2 * y },
        { x: 0, y: 2 * y },
      ],
    },
  ];
  await camera.evaluate(
    ({ zone, body }) =>
      fetch(`/api/zones/${zone}`, {
        method: 'PUT',
        headers: { 'Content-Type': 'application/json' },
        body,
      }),
    { zone, body: JSON.stringify({ masks }) },
  );
  await expect
    .poll(() => coloursAt(operator, places), { timeout: 10_000 })
    .toEqual({ ...allCorners, red: 'other' });
});

test('a smaller picture that is chosen has the same edges', async () => {
  const browser = await browserWith(framedPicture(1280, 960, '10:1'));
  const zone = 'SHAPE-SMALLER';
  const camera = await openConsole(browser, server.url, { zone, role: 'camera' });
  const operator = await openConsole(browser, server.url, { zone, role: 'operator' });
  await pill(operator, 'STREAMING');
  await camera.getByLabel('Capture resolution').selectOption('640×360');
  await expect.poll(() => figure(operator, 'Resolution'), { timeout: 20_000 }).toBe('640×480');
  await camera.getByLabel('Capture frame rate').selectOption('5');
  await framesFlow(operator);
  const rate = async () => Number.parseFloat(await figure(operator, 'Frame rate'));
  await expect.poll(rate, { timeout: 10_000 }).toBeLessThan(7);
  expect(await coloursAt(operator, cornerPlaces(1280, 960))).toEqual(allCorners);
});

test('a camera of one frame a second streams, and is called nothing else', async () => {
  const browser = await browserWith(framedPicture(640, 480, '1:1'));
  const zone = 'SLOW-CAM-01';
  const camera = await openConsole(browser, server.url, { zone, role: 'camera' });
  const operator = await openConsole(browser, server.url, { zone, role: 'operator' });
  const wall = await newTab(browser);
  await wall.goto(`${server.url}/wall?zones=${zone}`);
  const pages = [camera, operator, wall];
  for (const page of pages) await pill(page, 'STREAMING');
  const seen = await Promise.all(
    pages.map((page) =>
      page.evaluate(
        () =>
          new Promise<string[]>((resolve) => {
            const words = new Set<string>();
            const look = () => {
              for (const part of document.querySelectorAll('[role="status"]')) {
                if (/^[A-Z ]+$/.test(part.textContent)) words.add(part.textContent);
              }
            };
            const timer = setInterval(look, 50);
            setTimeout(() => {
              clearInterval(timer);
              resolve([...words]);
            }, 8000);
          }),
      ),
    ),
  );
  expect(seen).toEqual([['STREAMING'], ['STREAMING'], ['STREAMING']]);
  await operator.getByRole('button', { name: `${zone} streaming` }).waitFor();
});

test('a device that says 0 frames/s gets the bits of what was chosen', async () => {
  const browser = await browserWith(framedPicture(1280, 720));
  const zone = 'RATE-ZERO-01';
  const camera = await newTab(browser);
  await camera.addInitScript(() => {
    const { getSettings } = MediaStreamTrack.prototype;
    MediaStreamTrack.prototype.getSettings = function (this: MediaStreamTrack) {
      return { ...getSettings.call(this), frameRate: 0 };
    };
    const encodings: unknown[] = [];
    const { addTransceiver } = RTCPeerConnection.prototype;
    RTCPeerConnection.prototype.addTransceiver = function (track, init) {
      encodings.push(...(init?.sendEncodings ?? []));
      return addTransceiver.call(this, track, init);
    };
    Object.assign(globalThis, { encodings });
  });
  await camera.goto(`${server.url}/?zone=${zone}&role=camera&start=1`);
  await pill(camera, 'STREAMING');
  const sent = await camera.evaluate(
    () => (globalThis as unknown as { encodings: RTCRtpEncodingParameters[] }).encodings,
  );
  expect(Math.max(...sent.map(({ maxBitrate = 0 }) => maxBitrate))).toBeGreaterThan(1_000_000);
});
