/**
 * What browsers cannot show, from a camera that speaks RTSP: transcoded into what they show, or refused in words. Field
 * pictures (PAFF), slice groups and tiles are not among it, as no encoder of Debian makes them.
 */
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { testCamera } from '../../gateway/camera-test.ts';
import { Networks } from '../../gateway/rtsp/networks.ts';
import { rtspSource } from '../../gateway/rtsp/rtsp-source.ts';
import { CameraStill } from '../../gateway/stills/camera-still.ts';
import { JpegMaker } from '../../gateway/stills/jpeg-maker.ts';
import { findFfmpeg, type FfmpegHere } from '../../gateway/transcoder/ffmpeg.ts';
import { Transcoding } from '../../gateway/transcoder/transcoding.ts';
import type { Picture, StreamFacts } from '../../gateway/video/picture.ts';
import type { OpenSource } from '../../gateway/video/source.ts';
import { SiteCamera, type Trouble } from '../../server/contract/gateway.ts';
import { parseSps } from '../../gateway/h264/sps.ts';
import { decode, hasFfmpeg } from '../support/coded-pictures.ts';
import { cameraClip, type ClipName } from '../support/rtsp/clips.ts';
import { startRtspServer, type RtspServer } from '../support/rtsp/server.ts';

interface Odd {
  /** As the camera's row has it. */
  readonly facts: Partial<StreamFacts>;
  /** Why it is not shown as it is. */
  readonly words: RegExp;
  /** px, where it comes out in another size */
  readonly size?: readonly [width: number, height: number];
}

const odd: Partial<Record<ClipName, Odd>> = {
  bFrames: { facts: { codec: 'H264', profile: 'Main', reorders: true }, words: /with B-frames/ },
  high10: { facts: { codec: 'H264', profile: 'High 10' }, words: /High 10/ },
  high422: { facts: { codec: 'H264', profile: 'High 4:2:2' }, words: /High 4:2:2/ },
  high444: { facts: { codec: 'H264', profile: 'High 4:4:4' }, words: /High 4:4:4/ },
  monochrome: { facts: { codec: 'H264', profile: 'High, monochrome' }, words: /monochrome/ },
  lossless: { facts: { codec: 'H264', profile: 'High 4:4:4' }, words: /High 4:4:4/ },
  interlaced: { facts: { codec: 'H264', profile: 'Main', interlaced: true }, words: /interlaced/ },
  h265: { facts: { codec: 'H265', profile: 'Main', reorders: false }, words: /H265/ },
  h265TenBits: { facts: { codec: 'H265', profile: 'Main 10' }, words: /H265/ },
  h265Slices: { facts: { codec: 'H265', profile: 'Main' }, words: /H265/ },
  h265BFrames: { facts: { codec: 'H265', reorders: true }, words: /H265/ },
  mjpeg: { facts: { codec: 'MJPEG' }, words: /MJPEG/ },
  mjpegLarge: { facts: { codec: 'MJPEG' }, words: /MJPEG/, size: [1920, 1080] },
};

describe.skipIf(!hasFfmpeg())(`with ffmpeg${hasFfmpeg() ? '' : ' [not installed]'}`, () => {
  let ffmpeg: FfmpegHere;
  let camera: RtspServer | undefined;

  beforeAll(async () => {
    ffmpeg = await findFfmpeg();
  });
  afterEach(() => camera?.close());

  async function playing(name: ClipName): Promise<OpenSource> {
    camera = await startRtspServer({ streams: { '/main': await cameraClip(name) } });
    return rtspSource({
      ...{ url: camera.url('/main'), transport: 'tcp', networks: new Networks(['127.0.0.1']) },
      accepts: ['H264', 'H265', 'JPEG'],
    });
  }

  test.each(Object.entries(odd) as [ClipName, Odd][])(
    '%s is transcoded, and refused where it may not be',
    async (name, { facts: expected, words, size }) => {
      const open = await playing(name);
      const { width, height } = await cameraClip(name);
      const [shownWidth, shownHeight] = size ?? [width, height];
      const pictures: Picture[] = [];
      let facts: StreamFacts | undefined;
      const troubles: Trouble[] = [];
      const source = new Transcoding(ffmpeg, 'auto').around(open)({
        facts: (one) => (facts = one),
        picture: (picture) => pictures.push(picture),
        ended: (trouble) => troubles.push(trouble),
      });
      await expect.poll(() => pictures.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(8);
      await source.stop();
      expect(troubles).toEqual([]);
      const out = { width: shownWidth, height: shownHeight };
      expect(facts).toMatchObject({ ...expected, ...out, transcoded: true });
      // Whole, of 8 bits and 4:2:0 with frames alone, and something is to be seen.
      const [set = Buffer.alloc(0)] = pictures[0]?.units ?? [];
      expect(parseSps(set)).toMatchObject({ ...out, profile: 'Baseline', framesOnly: true });
      const shown = await decode(pictures.slice(0, 8), out);
      expect(shown.count).toBe(8);
      const luma = new Set([0.2, 0.4, 0.6, 0.8].flatMap((x) => shown.at(x, 0.5)));
      expect(luma.size).toBeGreaterThan(3);

      const refused = await new Promise<Trouble>((resolve) => {
        new Transcoding(ffmpeg, 'never').around(open)({
          facts: () => {},
          picture: () => {},
          ended: resolve,
        });
      });
      expect(refused.code).toBe('unsupported-codec');
      expect(refused.detail).toMatch(words);
      expect(refused.detail).toMatch(/set not to be transcoded/);
    },
  );

  test.each(['high', 'h265BFrames', 'mjpegLarge'] as const)(
    'the facts of a test of %s are those of what the camera sends',
    async (name) => {
      const open = await playing(name);
      const clip = await cameraClip(name);
      const given = SiteCamera.parse({ name: 'gate', zone: 'GATE-01', url: camera?.url('/main') });
      const transcoding = new Transcoding(ffmpeg, 'auto');
      const way = {
        open: transcoding.around(open),
        setMasks: () => {},
        cover: () => {},
        wantKey: () => transcoding.wantKey(),
      };
      const tested = await testCamera(given, () => way, new CameraStill(new JpegMaker(ffmpeg)));
      expect(tested.trouble).toBe(undefined);
      const [stream] = tested.streams;
      expect(stream).toMatchObject({
        codec: clip.codec === 'JPEG' ? 'MJPEG' : clip.codec,
        reorders: clip.pictures.some(({ shownAt }, index) => shownAt !== index),
        transcoded: name !== 'high',
      });
      if (name !== 'mjpegLarge') expect([stream?.width, stream?.height]).toEqual([clip.width, clip.height]); // prettier-ignore
      expect(stream?.frameRate).toBeCloseTo(clip.frameRate, 0);
      const key = clip.pictures.findIndex(({ isKey }, index) => index > 0 && isKey);
      expect(stream?.keyInterval).toBeCloseTo((key * 1000) / clip.frameRate, -1.5);
      expect(
        Buffer.from(tested.still ?? '', 'base64')
          .subarray(0, 2)
          .toString('hex'),
      ).toBe('ffd8');
    },
  );
});
