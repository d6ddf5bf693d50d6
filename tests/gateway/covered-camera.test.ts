/**
 * A zone whose masks belong to presets, filmed by a camera that is turned: from its RTSP to the viewer's pixels, at a small
 * tile and a large picture. The camera's motor is in memory; all else is real.
 */
import { pino } from 'pino';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CameraLife } from '../../gateway/camera/life.ts';
import { codecs } from '../../gateway/rtp/codecs.ts';
import { Networks } from '../../gateway/rtsp/networks.ts';
import { rtspSource } from '../../gateway/rtsp/rtsp-source.ts';
import { CameraStill } from '../../gateway/stills/camera-still.ts';
import { JpegMaker } from '../../gateway/stills/jpeg-maker.ts';
import { findFfmpeg, type FfmpegHere } from '../../gateway/transcoder/ffmpeg.ts';
import { MaskShape } from '../../gateway/transcoder/mask-shape.ts';
import { Transcoding } from '../../gateway/transcoder/transcoding.ts';
import { Uplink } from '../../gateway/upload/uplink.ts';
import { SiteCamera } from '../../server/contract/gateway.ts';
import type { Masks } from '../../server/contract/privacy.ts';
import type { Steering } from '../../server/contract/steering.ts';
import { launchBrowser, newTab, openConsole } from '../support/browser.ts';
import { Client, rtpCapabilities, tile as tileOf } from '../support/client.ts';
import { hasFfmpeg } from '../support/coded-pictures.ts';
import { places, TurningCamera, type PlaceName } from '../support/gateway/turning-camera.ts';
import { placeWatch, watchPlaces } from '../support/place-frames.ts';
import { startRtspServer, type RtspServer } from '../support/rtsp/server.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { stillAt } from '../support/still.ts';

const zone = 'SITE-TURNED-01';
const patient = { timeout: 25_000 };

describe.skipIf(!hasFfmpeg())(`with ffmpeg${hasFfmpeg() ? '' : ' [not installed]'}`, () => {
  const camera = new TurningCamera('gate');
  let ffmpeg: FfmpegHere;
  let rtsp: RtspServer;
  let server: RunningServer;
  let browser: Browser;
  /** Small, which gets the sub stream, and large. */
  let tile: Page;
  let operator: Page;
  let steerer: Client;
  let number = 0;
  let gateway: { readonly life: CameraLife; readonly uplink: Uplink } | undefined;

  beforeAll(async () => {
    ffmpeg = await findFfmpeg();
    rtsp = await startRtspServer({
      streams: { '/main': camera.stream(1280, 720), '/sub': camera.stream(384, 216) },
    });
    server = await startServer({ TLS_ENABLED: 'false', SESSION_GRACE: '1000' });
    await mask('gate', [places.gate.mask]);
    await mask('lane', [places.lane.mask]);
    gateway = begin();
    browser = await launchBrowser();
    tile = await newTab(browser);
    await tile.setViewportSize({ width: 320, height: 900 });
    await tile.goto(`${server.url}/wall?zones=${zone}`);
    operator = await openConsole(browser, server.url, { zone, role: 'operator' });
    for (const page of [tile, operator]) await watchPlaces(page);
    steerer = new Client(server.url);
    await steerer.ask('watch', { tiles: [tileOf(zone)], rtpCapabilities });
  });
  afterAll(async () => {
    steerer?.close();
    await browser?.close();
    await end();
    await server?.stop();
    await rtsp?.close();
  });

  /** As a gateway has it. */
  function begin() {
    const uplink = new Uplink({ url: server.url });
    const given = SiteCamera.parse({
      ...{ name: 'dome', zone, url: rtsp.url('/main'), sub: rtsp.url('/sub') },
    });
    const shape = new MaskShape();
    const life = new CameraLife(given, 'file', {
      device: { steerable: camera },
      streamWay: (stream) => {
        const transcoding = new Transcoding(
          ffmpeg,
          'auto',
          stream === 'main' ? shape : shape.ofSub,
        );
        const open = rtspSource({
          url: rtsp.url(`/${stream}`),
          ...{ transport: 'tcp', networks: new Networks(['127.0.0.1/32']) },
          accepts: Object.keys(codecs),
        });
        return {
          open: transcoding.around(open),
          setMasks: (masks, how) => transcoding.setMasks(masks, how),
          cover: (until) => transcoding.cover(until),
          wantKey: () => transcoding.wantKey(),
        };
      },
      ...{ openUpload: uplink.open, canMask: true, stills: new CameraStill(new JpegMaker(ffmpeg)) },
      ...{ known: undefined, remember: () => {}, changed: () => {} },
      log: pino({ level: 'silent' }),
    });
    life.start();
    return { life, uplink };
  }

  async function end(): Promise<void> {
    await gateway?.life.close();
    gateway?.uplink.close();
    gateway = undefined;
  }

  async function mask(preset: PlaceName, masks: Masks | null): Promise<void> {
    const answer = await fetch(`${server.url}/api/zones/${zone}/presets/${preset}/masks`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json', origin: server.url },
      body: JSON.stringify({ name: preset, position: places[preset].position, masks }),
    });
    expect(answer.status).toBe(200);
  }

  const steer = (preset: PlaceName) =>
    steerer.ask('steer', { zone, number: (number += 1), move: { kind: 'preset', preset } });

  const steering = (): Steering | null | undefined => steerer.heard('steering').at(-1)?.steering;

  /** Both show that it is covered, or its place with what is to be hidden there hidden; without a bare frame on the way. */
  async function shows(last: 'covered' | 'seen'): Promise<void> {
    for (const page of [tile, operator]) {
      const lasts = async (): Promise<number> => {
        const watch = await placeWatch(page);
        return watch.last === last ? watch[last] : 0;
      };
      await expect.poll(lasts, patient).toBeGreaterThan(5);
      expect((await placeWatch(page)).bare).toEqual([]);
    }
  }

  test('nothing is seen before it stands at a known preset, then its masks are in every frame of both streams', async () => {
    await shows('seen');
    const widths = () =>
      Promise.all([tile, operator].map(async (page) => (await placeWatch(page)).width));
    await expect.poll(widths, patient).toEqual([384, 1280]);
    await shows('seen');
    await expect.poll(() => steering()?.covered, patient).toBeUndefined();
  });

  test('it is covered before it moves, and seen again with the masks of the place where it stands then', async () => {
    // At once, as no look at the camera would be soon enough; and pictures of the move that come after it.
    for (const [preset, lag] of [
      ['lane', { motor: 0, picture: 0 }],
      ['gate', { motor: 150, picture: 700 }],
    ] as const) {
      camera.lag = lag;
      expect(await steer(preset)).toMatchObject({ ok: true });
      await shows('covered');
      await shows('seen');
    }
    // Nobody has said what is to be hidden there.
    expect(await steer('yard')).toMatchObject({ ok: true });
    await shows('covered');
    await expect.poll(() => steering()?.covered, patient).toBe('unknown-place');
    const still = await stillAt(tile, zone);
    if (still.status === 200) expect(Math.max(...still.inside, ...still.outside)).toBeLessThan(90);
    await shows('covered');
  });

  test('masks that change while it moves, a preset that is gone, and a gateway that begins anew show nothing bare', async () => {
    camera.travel = 1500;
    expect(await steer('lane')).toMatchObject({ ok: true });
    await mask('lane', [places.lane.mask, places.gate.mask]);
    await shows('covered');
    await shows('seen');
    await mask('lane', null);
    await shows('covered');
    await mask('lane', [places.lane.mask]);
    await shows('seen');

    await end();
    camera.travel = 0;
    camera.turn('yard');
    gateway = begin();
    await shows('covered');
    await expect.poll(() => steering()?.covered, patient).toBe('unknown-place');
    camera.travel = 700;
    await expect.poll(async () => (await steer('gate')).ok, patient).toBe(true);
    await shows('seen');
    const change = { kind: 'remove', preset: 'gate' };
    expect(await steerer.ask('steer:presets', { zone, change })).toMatchObject({ ok: true });
    await shows('covered');
    camera.names = ['gate', 'lane', 'yard'];
    await expect.poll(async () => (await steer('lane')).ok, patient).toBe(true);
    await shows('seen');
  });

  test('a move that nobody here asked for is found within a moment', async () => {
    const begun = await operator.evaluate(() => performance.now());
    camera.travel = 3000;
    camera.turn('yard');
    const last = async (): Promise<string> => (await placeWatch(operator)).last;
    await expect.poll(last, patient).toBe('covered');
    await expect.poll(() => steering()?.covered, patient).toBe('unknown-place');
    const { bare } = await placeWatch(operator);
    const gap = bare.length === 0 ? 0 : Math.max(...bare.map(({ at }) => at - begun));
    // Two looks, and what a busy machine adds.
    expect(gap).toBeLessThan(3000);
  });
});
