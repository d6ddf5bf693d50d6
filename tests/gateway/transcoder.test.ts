/** What browsers cannot show, and masks, through a real ffmpeg. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Networks } from '../../gateway/rtsp/networks.ts';
import { software } from '../../gateway/transcoder/encoder.ts';
import { rtspSource } from '../../gateway/rtsp/rtsp-source.ts';
import { findFfmpeg, type Ffmpeg, type FfmpegHere } from '../../gateway/transcoder/ffmpeg.ts';
import { Transcoding } from '../../gateway/transcoder/transcoding.ts';
import type { Picture, StreamFacts } from '../../gateway/video/picture.ts';
import type { Source } from '../../gateway/video/source.ts';
import type { Trouble } from '../../server/contract/gateway.ts';
import type { Mask, Masks } from '../../server/contract/privacy.ts';
import { decode, hasFfmpeg, PlayedClip } from '../support/coded-pictures.ts';
import { cameraClip, type ClipName } from '../support/rtsp/clips.ts';
import { startRtspServer } from '../support/rtsp/server.ts';

const rectangle: Mask = {
  points: [
    { x: 0.05, y: 0.1 },
    { x: 0.35, y: 0.1 },
    { x: 0.35, y: 0.5 },
    { x: 0.05, y: 0.5 },
  ],
};
const triangle: Mask = {
  points: [
    { x: 0.5, y: 0.9 },
    { x: 0.7, y: 0.3 },
    { x: 0.9, y: 0.9 },
  ],
};
/** Inside, as near to the edges as the codec's blocks and its smoothing allow. */
const inside = new Map([
  [rectangle, [0.1, 0.17, 0.3, 0.17, 0.2, 0.3, 0.3, 0.43]],
  [triangle, [0.7, 0.5, 0.56, 0.85, 0.84, 0.85]],
]);
/** What a smoothing encoder leaves of one colour. */
const flat = 12;
const grey = 64;

interface Given {
  readonly facts: StreamFacts[];
  readonly pictures: Picture[];
  /** From a picture's arrival until it has come out, ms. */
  readonly delays: number[];
  readonly troubles: Trouble[];
}

describe.skipIf(!hasFfmpeg())(`with ffmpeg${hasFfmpeg() ? '' : ' [not installed]'}`, () => {
  let ffmpeg: FfmpegHere;
  let sources: Source[] = [];

  beforeAll(async () => {
    ffmpeg = await findFfmpeg();
  });
  afterEach(stopAll);

  async function stopAll(): Promise<void> {
    await Promise.all(sources.map((source) => source.stop()));
    sources = [];
  }

  async function started(name: ClipName, masks: Masks = []) {
    const clip = new PlayedClip(await cameraClip(name));
    const transcoding = new Transcoding(ffmpeg, 'auto');
    transcoding.setMasks(masks);
    const given: Given = { facts: [], pictures: [], delays: [], troubles: [] };
    const source = transcoding.around(clip.open)({
      facts: (facts) => given.facts.push(facts),
      picture: (picture) => {
        given.pictures.push(picture);
        given.delays.push(performance.now() - picture.cameAt);
      },
      ended: (trouble) => given.troubles.push(trouble),
    });
    sources.push(source);
    return { clip, transcoding, given };
  }

  /** Each of the masks is of one colour in each of the pictures; the last of them shows something elsewhere. */
  async function expectMasked(pictures: readonly Picture[], facts: StreamFacts, masks: Masks) {
    const shown = await decode(pictures, facts);
    expect(shown.count).toBe(pictures.length);
    for (const places of masks.map((mask) => inside.get(mask) ?? [])) {
      for (let at = 0; at < places.length; at += 2) {
        const luma = shown.at(places[at] ?? 0, places[at + 1] ?? 0);
        expect(Math.max(...luma)).toBeLessThan(grey + flat);
        expect(Math.min(...luma)).toBeGreaterThan(grey - flat);
      }
    }
    return shown;
  }

  test.each([
    ['h265', 40],
    ['mjpeg', 15],
    ['bFrames', 40],
  ] as const)('%s becomes what browsers show, at its own times and soon', async (name, count) => {
    const { clip, given } = await started(name);
    await until(() => given.pictures.length >= count);
    await stopAll();
    const facts = given.facts[0] as StreamFacts;
    expect(facts).toMatchObject({ transcoded: true, width: 640, height: 360 });
    const times = given.pictures.map(({ timestamp }) => timestamp).slice(0, count);
    expect(times).toEqual(times.map((_, index) => clip.timestampOf(index)));
    expect(given.pictures[0]?.isKey).toBe(true);
    expect((await decode(given.pictures, facts)).count).toBe(given.pictures.length);
    expect(median(given.delays.slice(count / 2))).toBeLessThan(700);
  });

  test.each(['h265', 'mjpeg'] as const)('%s of a camera that speaks RTSP', async (name) => {
    const clip = await cameraClip(name);
    const camera = await startRtspServer({ streams: { '/main': clip } });
    const pictures: Picture[] = [];
    const facts: StreamFacts[] = [];
    const open = rtspSource({
      url: `rtsp://127.0.0.1:${camera.port}/main`,
      ...{ transport: 'tcp', networks: new Networks(['127.0.0.1/32']), accepts: ['H265', 'JPEG'] },
    });
    let torn = 0;
    const source = new Transcoding(ffmpeg, 'auto').around(open)({
      facts: (one) => facts.push(one),
      torn: () => void (torn += 1),
      picture: (picture) => pictures.push(picture),
      ended: () => undefined,
    });
    sources.push(source);
    await until(() => pictures.length >= 15);
    await stopAll();
    await camera.close();
    expect(torn).toBe(0);
    expect(facts[0]).toMatchObject({
      codec: name === 'mjpeg' ? 'MJPEG' : 'H265',
      transcoded: true,
    });
    expect((await decode(pictures, clip)).count).toBe(pictures.length);
  });

  test('a key picture comes when it is asked for, and each two seconds', async () => {
    const { clip, transcoding, given } = await started('h265');
    await until(() => given.pictures.length >= 5);
    transcoding.wantKey();
    const asked = clip.count;
    await until(() => given.pictures.filter(({ isKey }) => isKey).length >= 2);
    const keys = () => given.pictures.filter(({ isKey }) => isKey).map((key) => key.timestamp);
    expect(keys()[1]).toBeLessThanOrEqual(clip.timestampOf(asked + 2));
    expect(keys()[1]).toBeGreaterThanOrEqual(clip.timestampOf(Math.min(asked, 50)));
    await until(() => keys().length >= 3);
    const [, second = 0, third = 0] = keys();
    expect(third - second).toBeLessThanOrEqual(clip.timestampOf(50));
  });

  test('masks of a small picture stay of one colour, however soon after one another key pictures are asked for', async () => {
    const { given, transcoding } = await started('sub', [rectangle]);
    for (let count = 0; count < 60; count = given.pictures.length) {
      await until(() => given.pictures.length >= count + 5);
      transcoding.wantKey();
    }
    await stopAll();
    expect(given.pictures.filter(({ isKey }) => isKey).length).toBeGreaterThan(8);
    await expectMasked(given.pictures, given.facts[0] as StreamFacts, [rectangle]);
  });

  test('masks are of one colour from the first picture on, and the rest is not', async () => {
    const { given } = await started('main', [rectangle, triangle]);
    await until(() => given.pictures.length >= 40);
    await stopAll();
    const facts = given.facts[0] as StreamFacts;
    const shown = await expectMasked(given.pictures, facts, [rectangle, triangle]);
    for (const [x, y] of [
      [0.4, 0.3],
      [0.2, 0.7],
      [0.56, 0.5],
      [0.85, 0.5],
    ] as const) {
      // prettier-ignore
      const colours = shown.colours(x, y).filter(([, u, v]) => Math.hypot(u - 128, v - 128) > 40);
      expect(colours.length).toBeGreaterThan(shown.count / 2);
    }
  });

  test('masks that change while it is live are in all that comes from then on', async () => {
    const { clip, transcoding, given } = await started('main');
    await until(() => given.pictures.length >= 5);
    for (const masks of [[rectangle], [triangle], [rectangle, triangle]]) {
      transcoding.setMasks(masks);
      const before = given.pictures.length;
      await until(() => given.pictures.length >= before + 10);
      const after = given.pictures.slice(before);
      expect(after[0]?.isKey).toBe(true);
      await expectMasked(after, clip.facts, masks);
    }
    transcoding.setMasks([]);
    const before = given.pictures.length;
    await until(() => given.pictures.length >= before + 5);
    expect(given.pictures[before]?.isKey).toBe(true);
    expect(given.facts.at(-1)?.transcoded).toBe(undefined);
    const times = given.pictures.map(({ timestamp }) => timestamp);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test('pictures are covered wholly from the next one on, and seen again from the moment that is said, by the same ffmpeg', async () => {
    const { clip, transcoding, given } = await started('main');
    transcoding.setMasks([rectangle], { coverable: true });
    // Where the camera looks is not known yet.
    await until(() => given.pictures.length >= 10);
    const nowhere = [0.4, 0.3, 0.2, 0.7, 0.56, 0.5, 0.85, 0.5, 0.02, 0.02, 0.98, 0.98];
    const allCovered = async (pictures: readonly Picture[]) => {
      const shown = await decode(pictures, clip.facts);
      for (let at = 0; at < nowhere.length; at += 2) {
        const luma = shown.at(nowhere[at] ?? 0, nowhere[at + 1] ?? 0);
        expect(Math.max(...luma)).toBeLessThan(grey + flat);
        expect(Math.min(...luma)).toBeGreaterThan(grey - flat);
      }
    };
    // The first ones may be from before there were masks.
    const first = given.facts.findLastIndex(({ transcoded }) => !transcoded);
    expect(first).toBeLessThan(given.facts.length - 1);
    const begun = given.pictures.findLastIndex(({ isKey }) => isKey);
    await allCovered(given.pictures.slice(begun));
    for (let round = 0; round < 2; round += 1) {
      const seenFrom = performance.now();
      transcoding.cover(seenFrom);
      const seen = given.pictures.length;
      await until(() => given.pictures.length >= seen + 15);
      await expectMasked(given.pictures.slice(begun), clip.facts, [rectangle]);
      const bare = await decode(given.pictures.slice(begun), clip.facts);
      const outside = [bare.colours(0.4, 0.3), bare.colours(0.2, 0.7), bare.colours(0.85, 0.5)];
      expect(new Set(outside.flat().map(String)).size).toBeGreaterThan(4);
      const coveredFrom = performance.now();
      transcoding.cover(Infinity);
      await until(() => (given.pictures.at(-1)?.cameAt ?? 0) > coveredFrom + 400);
      const hidden = given.pictures.findIndex(({ cameAt }) => cameAt >= coveredFrom);
      expect(given.pictures[hidden]?.isKey).toBe(true);
      await allCovered(given.pictures.slice(hidden));
    }
  });

  test('another size in the middle leaves nothing bare, whether the camera says so or not', async () => {
    const { clip, given } = await started('main', [rectangle]);
    const { pictures: small } = await cameraClip('sub');
    await until(() => given.pictures.length >= 5);
    let next = 0;
    clip.bend = (picture) => {
      const coded = small[next % small.length];
      next += 1;
      return coded && { ...picture, ...coded };
    };
    const lied = given.pictures.length;
    await until(() => given.pictures.length >= lied + 30);
    const facts = given.facts[0] as StreamFacts;
    const afterLie = given.pictures.length;
    await expectMasked(given.pictures.slice(0, afterLie), facts, [rectangle]);
    clip.change({ width: 320, height: 180 });
    const honest = given.pictures.length;
    await until(() => given.pictures.length >= honest + 10);
    expect(given.facts.at(-1)).toMatchObject({ width: 320, height: 180 });
    await expectMasked(given.pictures.slice(honest), { ...facts, width: 320, height: 180 }, [
      rectangle,
    ]);
    clip.change({ width: 320, height: 240 });
    expect(given.troubles).toMatchObject([{ code: 'masks-required' }]);
    const ended = given.pictures.length;
    await expect.poll(() => clip.stops).toBe(1);
    expect(given.pictures.length).toBe(ended);
  });

  test('ffmpeg that hangs or dies is started again, with the masks', async () => {
    const { clip, given } = await started('main', [rectangle]);
    await until(() => given.pictures.length >= 5);
    for (const signal of ['SIGKILL', 'SIGSTOP'] as const) {
      const [child = 0] = children();
      process.kill(child, signal);
      await until(() => !children().includes(child));
      const before = given.pictures.length;
      await until(() => given.pictures.length >= before + 10);
    }
    await stopAll();
    expect(children()).toEqual([]);
    await expectMasked(given.pictures, clip.facts, [rectangle]);
    expect(given.troubles).toEqual([]);
  });

  test('where ffmpeg gets behind fewer pictures are encoded, which is said, and none is torn', async () => {
    const { clip, given } = await started('main', [rectangle]);
    // What comes while it starts is caught up with, whatever that takes.
    await until(() => given.pictures.length >= 60);
    const [child = 0] = children();
    process.kill(child, 'SIGSTOP');
    await until(() => (given.facts.at(-1)?.sentOneIn ?? 1) >= 2);
    process.kill(child, 'SIGCONT');
    const before = given.pictures.length;
    await until(() => given.pictures.length >= before + 30);
    await stopAll();
    const steps = given.pictures.map(
      ({ timestamp }, index) => timestamp - (given.pictures[index - 1]?.timestamp ?? timestamp),
    );
    expect(Math.min(...steps.slice(1))).toBeGreaterThan(0);
    expect(Math.max(...steps.slice(before))).toBeGreaterThanOrEqual(2 * 3600);
    await expectMasked(given.pictures, clip.facts, [rectangle]);
    expect(given.troubles).toEqual([]);
  });

  test.each(['fails', 'hangs'])(
    'hardware that is listed and %s is passed over at the start, which is said',
    async (manner) => {
      const begun = performance.now();
      const found = await findFfmpeg(fakeHardware(manner, 'always'));
      expect(performance.now() - begun).toBeLessThan(12_000);
      expect(found).toMatchObject({
        encoder: { name: 'libx264' },
        unusable: { h264_nvenc: expect.stringMatching(/no device here|took more than/) as string },
      });
    },
  );

  test('hardware that fails once it is needed is replaced by software, with the masks', async () => {
    const found = await findFfmpeg(fakeHardware('fails', 'later'));
    expect(found).toMatchObject({ encoder: { name: 'h264_nvenc' }, fallback: { name: 'libx264' } });
    const told: string[] = [];
    ffmpeg = { ...(found as Ffmpeg), fellBack: ({ name }, why) => told.push(`${name}: ${why}`) };
    try {
      const { clip, given } = await started('main', [rectangle]);
      await until(() => given.pictures.length >= 20);
      await stopAll();
      expect(told).toEqual(['h264_nvenc: no device here']);
      expect(given.troubles).toEqual([]);
      await expectMasked(given.pictures, clip.facts, [rectangle]);
    } finally {
      ffmpeg = await findFfmpeg();
    }
  });

  test('garbage is a trouble with words, and leaves nothing running', async () => {
    const { clip, given } = await started('h265');
    clip.bend = (picture) => ({ ...picture, isKey: true, units: [Buffer.alloc(2000, 0x26)] });
    await until(() => given.troubles.length > 0);
    expect(given.troubles).toMatchObject([{ code: 'transcoder-failed' }]);
    expect(given.troubles[0]?.detail).toMatch(/\w+/);
    expect(given.pictures).toEqual([]);
    await until(() => children().length === 0);
    await expect.poll(() => clip.stops).toBe(1);
  });
});

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

/** ffmpeg with an encoder of hardware that is not here: tried at the start, and then, it fails or hangs. */
function fakeHardware(manner: string, when: 'always' | 'later'): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'fake-hardware-'));
  folders.push(folder);
  const program = path.join(folder, 'ffmpeg');
  const fault = manner === 'hangs' ? 'exec sleep 60' : 'echo no device here >&2; exit 1';
  const asked = when === 'always' ? '*h264_nvenc*' : '*pipe:0*h264_nvenc*';
  // What works of it is done by software.
  const lines = [
    '#!/bin/bash',
    'case "$*" in',
    '*-encoders*) ffmpeg "$@" | grep -v "h264_\\(nvenc\\|vaapi\\|v4l2m2m\\)"; echo " V....D h264_nvenc fake"; exit;;',
    `${asked}) ${fault};;`,
    '*h264_nvenc*) size=$(echo "$*" | grep -o "color=c=gray[^ ]*")',
    `exec ffmpeg -hide_banner -loglevel error -f lavfi -i "$size" -c:v libx264 ${software.options.join(' ')} -f flv pipe:1;;`,
    'esac',
    'exec ffmpeg "$@"',
  ];
  writeFileSync(program, lines.join('\n'), { mode: 0o755 });
  return program;
}

const until = (condition: () => boolean): Promise<void> =>
  expect.poll(condition, { timeout: 25_000, interval: 20 }).toBe(true);

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

/** The ffmpeg processes of this one. */
function children(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const [, program, , parent] = /^\d+ \((.*)\) (\S) (\d+)/.exec(
          readFileSync(`/proc/${name}/stat`, 'utf8'),
        ) as RegExpExecArray;
        return program === 'ffmpeg' && Number(parent) === process.pid;
      } catch {
        return false; // It is gone.
      }
    })
    .map(Number);
}
