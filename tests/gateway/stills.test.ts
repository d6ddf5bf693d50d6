/** Stills of what is sent, made by a real ffmpeg. */
import { beforeAll, describe, expect, test } from 'vitest';
import { CameraStill } from '../../gateway/stills/camera-still.ts';
import { JpegMaker } from '../../gateway/stills/jpeg-maker.ts';
import { findFfmpeg, type FfmpegHere } from '../../gateway/transcoder/ffmpeg.ts';
import type { Picture } from '../../gateway/video/picture.ts';
import { hasFfmpeg } from '../support/coded-pictures.ts';
import { cameraClip, type ClipName } from '../support/rtsp/clips.ts';

describe.skipIf(!hasFfmpeg())(`with ffmpeg${hasFfmpeg() ? '' : ' [not installed]'}`, () => {
  let ffmpeg: FfmpegHere;

  beforeAll(async () => {
    ffmpeg = await findFfmpeg();
  });

  /** @param place among the key pictures of a clip */
  async function keyOf(name: ClipName, place: number, cameAt: number): Promise<Picture> {
    const keys = (await cameraClip(name)).pictures.filter(({ isKey }) => isKey);
    return { ...keys[place], units: keys[place]?.units ?? [], isKey: true, timestamp: 0, cameAt };
  }

  test.each([
    ['main', '640x360'],
    ['sub', '320x180'],
    ['portrait', '360x640'],
    ['bFrames', '640x360'],
  ] as const)('a still of %s is a JPEG of %s', async (name, size) => {
    const still = new CameraStill(new JpegMaker(ffmpeg));
    expect(await still.still()).toBe(undefined);
    const cameAt = performance.now() - 5000;
    still.show(await keyOf(name, 0, cameAt));
    const made = await still.still();
    expect(sizeOf(made?.picture)).toBe(size);
    expect(made?.picture.length).toBeLessThan(140_000);
    expect(Math.abs((made?.at ?? 0) - (Date.now() - (performance.now() - cameAt)))).toBeLessThan(
      50,
    );
  });

  test('each key picture is made once, and the newest counts', async () => {
    const still = new CameraStill(new JpegMaker(ffmpeg));
    still.show(await keyOf('main', 0, performance.now() - 2000));
    const [first, same] = await Promise.all([still.still(), still.still()]);
    expect(same).toBe(first);
    still.show({ ...(await keyOf('main', 1, performance.now())), isKey: false });
    expect(await still.still()).toBe(first);
    still.show(await keyOf('main', 1, performance.now()));
    const second = await still.still();
    expect(second?.at).toBeGreaterThan(first?.at ?? Infinity);
    expect(second?.picture).not.toEqual(first?.picture);
    // Of the other stream, which is later.
    still.show(await keyOf('sub', 0, performance.now() - 1000));
    expect(await still.still()).toBe(second);
  });

  test('what was prepared is there at once, and is forgotten with the masks that it has', async () => {
    const made = { runs: 0 };
    const jpegs = new JpegMaker(ffmpeg);
    const make = jpegs.make.bind(jpegs);
    jpegs.make = (...picture) => {
      made.runs += 1;
      return make(...picture);
    };
    const still = new CameraStill(jpegs);
    still.prepare();
    expect(made.runs).toBe(0);
    still.show(await keyOf('main', 0, performance.now()));
    still.prepare();
    still.prepare();
    expect(sizeOf((await still.still())?.picture)).toBe('640x360');
    expect(made.runs).toBe(1);
    still.forget();
    expect(await still.still()).toBe(undefined);
  });

  test('what was shown before masks changed is not to be had, even if it is being made', async () => {
    const still = new CameraStill(new JpegMaker(ffmpeg));
    still.show(await keyOf('main', 0, performance.now()));
    const asked = still.still();
    still.forget();
    expect(await asked).toBe(undefined);
    expect(await still.still()).toBe(undefined);
  });

  test('pictures that nothing can be made of are an error in words, and hold up no others', async () => {
    const jpegs = new JpegMaker(ffmpeg);
    const [broken, well] = [new CameraStill(jpegs), new CameraStill(jpegs)];
    broken.show({ ...(await keyOf('main', 0, 0)), units: [Buffer.alloc(500, 0x65)] });
    well.show(await keyOf('main', 0, 0));
    const failed = expect(broken.still()).rejects.toThrow(/\w+/);
    expect(sizeOf((await well.still())?.picture)).toBe('640x360');
    await failed;
  });
});

test('without ffmpeg there are no stills, and it is said why', async () => {
  const still = new CameraStill(new JpegMaker({ missing: 'ffmpeg is not installed' }));
  still.show({ units: [Buffer.from([0x65])], isKey: true, timestamp: 0, cameAt: 0 });
  await expect(still.still()).rejects.toThrow('ffmpeg is not installed');
});

/** Width and height of a JPEG (ITU-T T.81 §B.2.2). */
function sizeOf(jpeg: Uint8Array | undefined): string {
  const bytes = Buffer.from(jpeg ?? []);
  expect(bytes.readUInt16BE(0)).toBe(0xffd8);
  const frame = bytes.indexOf(Buffer.from([0xff, 0xc0]));
  return `${bytes.readUInt16BE(frame + 7)}x${bytes.readUInt16BE(frame + 5)}`;
}
