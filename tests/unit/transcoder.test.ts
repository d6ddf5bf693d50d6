/** What ffmpeg is told and handed, and what is read of it; ffmpeg itself is in `tests/gateway/transcoder.test.ts`. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { processorTime } from '../../gateway/transcoder/processor-time.ts';
import { encodingArguments } from '../../gateway/transcoder/arguments.ts';
import { chooseEncoder, encodersIn, hardware, software } from '../../gateway/transcoder/encoder.ts';
import { findFfmpeg } from '../../gateway/transcoder/ffmpeg.ts';
import { FlvReader } from '../../gateway/transcoder/flv.ts';
import { Group, mostOfGroup } from '../../gateway/transcoder/group.ts';
import { LastWords } from '../../gateway/transcoder/last-words.ts';
import { maskBoxes, mostBoxes, type Box } from '../../gateway/transcoder/mask-boxes.ts';
import { matroskaPicture } from '../../gateway/transcoder/matroska.ts';
import { outputSize } from '../../gateway/transcoder/output-size.ts';
import { Times } from '../../gateway/transcoder/times.ts';
import { transcodeFor, type Given } from '../../gateway/transcoder/transcode-for.ts';
import type { Picture, StreamFacts } from '../../gateway/video/picture.ts';
import { blockSpans } from '../../server/contract/block-spans.ts';
import type { Masks } from '../../server/contract/privacy.ts';

const ffmpeg = { command: 'ffmpeg', version: '5.1', encoder: software };
const whole = { points: [{ x: 0, y: 0 }, { x: 1, y: 0 }, { x: 1, y: 1 }, { x: 0, y: 1 }] }; // prettier-ignore
const h264: StreamFacts = { width: 1280, height: 720, codec: 'H264', profile: 'High', reorders: false }; // prettier-ignore
const given: Given = { setting: 'auto', masks: [], ffmpeg };

test('what browsers show passes untouched, and nothing else does', () => {
  expect(transcodeFor(h264, given).kind).toBe('untouched');
  expect(transcodeFor(h264, { ...given, setting: 'never' }).kind).toBe('untouched');
  expect(transcodeFor({ ...h264, profile: undefined }, given).kind).toBe('untouched');
  for (const other of [
    { codec: 'H265' },
    { codec: 'MJPEG' },
    { reorders: true },
    { profile: 'High 10' },
    { profile: 'High 4:2:2' },
  ]) {
    const facts = { ...h264, ...other };
    expect(transcodeFor(facts, given).kind).toBe('transcoded');
    expect(transcodeFor(facts, { ...given, setting: 'never' })).toMatchObject({
      kind: 'refused',
      trouble: { code: 'unsupported-codec', detail: expect.stringMatching(/not to be transcoded/) },
    });
    expect(
      transcodeFor(facts, { ...given, ffmpeg: { missing: 'ffmpeg is not installed' } }),
    ).toMatchObject({
      kind: 'refused',
      trouble: { code: 'unsupported-codec', detail: expect.stringMatching(/not installed/) },
    });
  }
  expect(transcodeFor({ ...h264, codec: 'MP4V-ES' }, given)).toMatchObject({
    kind: 'refused',
    trouble: { code: 'unsupported-codec', detail: expect.stringMatching(/MP4V-ES/) },
  });
});

test('masks are burnt in, or keep the camera out', () => {
  const masked = { ...given, masks: [whole] };
  const required = { kind: 'refused', trouble: { code: 'masks-required' } };
  expect(transcodeFor(h264, masked).kind).toBe('transcoded');
  expect(transcodeFor(h264, { ...masked, setting: 'never' })).toMatchObject(required);
  expect(transcodeFor(h264, { ...masked, ffmpeg: { missing: 'no' } })).toMatchObject(required);
  expect(transcodeFor({ ...h264, codec: 'MP4V-ES' }, masked)).toMatchObject(required);
  const sized = (width: number, height: number, aspect: number) =>
    transcodeFor({ ...h264, width, height }, { ...masked, aspect });
  expect(sized(640, 360, 16 / 9).kind).toBe('transcoded');
  expect(sized(640, 352, 16 / 9)).toMatchObject(required);
  expect(sized(720, 576, 16 / 9)).toMatchObject({
    ...required,
    trouble: { detail: expect.stringMatching(/720×576.*draw them anew/) },
  });
});

test('the encoder of the hardware is taken where it works, and only where it is there', async () => {
  const list =
    ' V....D libx264   x264\n V..... h264_vaapi  VAAPI\n A....D aac  AAC\n V....D h264_nvenc n';
  const listed = encodersIn(`Encoders:\n V..... = Video\n ------\n${list}`);
  expect([...listed]).toEqual(expect.arrayContaining(['libx264', 'h264_vaapi', 'h264_nvenc']));
  const tried: string[] = [];
  const working = (...names: string[]) =>
    chooseEncoder(listed, async ({ name }) => {
      tried.push(name);
      return names.includes(name);
    });
  expect((await working('h264_vaapi', 'libx264', 'h264_v4l2m2m'))?.name).toBe('h264_vaapi');
  expect((await working('libx264', 'h264_v4l2m2m'))?.name).toBe('libx264');
  expect(await working()).toBe(undefined);
  expect(tried).not.toContain('h264_v4l2m2m');
});

test('where there is no ffmpeg it is said', async () => {
  expect(await findFfmpeg('/nowhere/ffmpeg')).toEqual({ missing: 'ffmpeg is not installed' });
  expect(await findFfmpeg('/bin/false')).toEqual({
    missing: expect.stringMatching(/^ffmpeg cannot be used: it ended with code 1/),
  });
});

test('ffmpeg opens nothing but pipes, and gives low-delay H.264 with every encoder', () => {
  for (const encoder of [software, ...hardware]) {
    const args = encodingArguments(encoder, { width: 640, height: 360, masks: [whole] });
    const inputs = args.filter((_, at) => args[at - 1] === '-i');
    expect(inputs).toEqual(['pipe:0']);
    expect(args.at(-1)).toBe('pipe:1');
    expect(args[args.indexOf('-protocol_whitelist') + 1]).toBe('pipe');
    expect(args.join(' ')).not.toMatch(/:\/\//);
    expect(args[args.indexOf('-vf') + 1]).toMatch(/drawbox=x=0:y=0:w=640:h=360:color=0x383838/);
  }
});

test('a picture larger than 1080p is made smaller where there is no hardware', () => {
  expect(outputSize({ width: 3840, height: 2160 }, software)).toEqual({
    width: 1920,
    height: 1080,
  });
  expect(outputSize({ width: 2160, height: 3840 }, software)).toEqual({
    width: 1080,
    height: 1920,
  });
  expect(outputSize({ width: 641, height: 361 }, software)).toEqual({ width: 642, height: 362 });
  const [first = software] = hardware;
  expect(outputSize({ width: 3840, height: 2160 }, first)).toEqual({ width: 3840, height: 2160 });
});

test('boxes cover all of the masks, are few, and stay in the picture', () => {
  const share = fc.integer({ min: 0, max: 1000 }).map((value) => value / 1000);
  const point = fc.record({ x: share, y: share });
  const mask = fc.record({ points: fc.array(point, { minLength: 3, maxLength: 8 }) });
  const side = fc.integer({ min: 1, max: 200 }).map((value) => 2 * value);
  fc.assert(
    fc.property(fc.array(mask, { maxLength: 6 }), side, side, (masks: Masks, width, height) => {
      const boxes = maskBoxes(masks, width, height);
      const covered = drawn(boxes, width, height);
      expect(boxes.length).toBeLessThanOrEqual(mostBoxes);
      const bare = blockSpans(masks, width, height).some(({ row, from, to }) =>
        covered.subarray((row * width) / 2 + from, (row * width) / 2 + to).includes(0),
      );
      expect(bare).toBe(false);
    }),
    { numRuns: 50 },
  );
});

test('a rectangle is one box; slopes of the largest picture are steps', () => {
  const half = { points: whole.points.map(({ x, y }) => ({ x: x / 2, y: y / 2 })) };
  expect(maskBoxes([half], 1920, 1080)).toEqual([{ x: 0, y: 0, width: 960, height: 540 }]);
  const triangles = Array.from({ length: 32 }, (_, index) => ({
    points: [{ x: index / 32, y: 0 }, { x: (index + 0.9) / 32, y: 1 }, { x: index / 32, y: 1 }], // prettier-ignore
  }));
  expect(maskBoxes(triangles, 1920, 1080).length).toBeLessThanOrEqual(mostBoxes);
  const [one = half] = triangles;
  const area = maskBoxes([one], 1920, 1080).reduce((sum, box) => sum + box.width * box.height, 0);
  expect(area).toBeLessThan(54 * 1080 * 0.6 + 1080 * 16);
});

/** The blocks of 2×2 px that are covered; each box has to be in the picture and on even places. */
function drawn(boxes: readonly Box[], width: number, height: number): Uint8Array {
  const covered = new Uint8Array((width * height) / 4);
  for (const { x, y, ...box } of boxes) {
    expect([x, y, box.width, box.height].some((length) => length % 2 !== 0)).toBe(false);
    expect(x + box.width <= width && y + box.height <= height && box.width > 0).toBe(true);
    for (let row = y / 2; row < (y + box.height) / 2; row += 1) {
      const line = (row * width) / 2;
      covered.fill(1, line + x / 2, line + (x + box.width) / 2);
    }
  }
  return covered;
}

const timed = (timestamp: number) => ({ timestamp, cameAt: timestamp / 90 });

test('what comes out has exactly the time of what went in, in the order of showing', () => {
  const times = new Times(1000);
  const shown = [0, 3, 1, 2, 6, 4, 5].map((index) => 1000 + index * 3003);
  const inside = shown.map((timestamp) => times.enter(timed(timestamp), 'usual') ?? NaN);
  expect(inside.every((at) => at % 4 === 0)).toBe(true);
  const out = inside.toSorted((a, b) => a - b).map((at) => times.leave(at)?.timestamp);
  expect(out).toEqual(shown.toSorted((a, b) => a - b));
  expect(times.inside).toBe(0);
});

test('odd times ask for key pictures; no two pictures have one time', () => {
  const times = new Times(0);
  const at = [true, false, false, true].map(
    (asKey) => times.enter(timed(0), asKey ? 'key' : 'usual') ?? NaN,
  );
  expect(at.map((one) => one % 4)).toEqual([1, 0, 0, 1]);
  expect(new Set(at.map((one) => one >> 2)).size).toBe(4);
  // What is only decoded is not waited for.
  expect((times.enter(timed(9000), 'decodedOnly') ?? NaN) % 4).toBe(2);
  expect(times.inside).toBe(4);
});

test('pictures that a decoder dropped are not waited for, nor does time end after weeks', () => {
  const times = new Times(0);
  const weeks = 90 * 2 ** 31;
  const [, , third = NaN] = [weeks - 7200, weeks - 3600, weeks].map((timestamp) =>
    times.enter(timed(timestamp), 'usual'),
  );
  expect(times.inside).toBe(3);
  expect(times.leave(third % 2 ** 31)?.timestamp).toBe(weeks);
  expect(times.inside).toBe(0);
});

/** An FLV of a key picture and another one, as ffmpeg writes it. */
function flv(): Buffer {
  const sets = Buffer.from('014200 1effe1 0002 6742 01 0002 68ce'.replaceAll(' ', ''), 'hex');
  const tag = (type: number, at: number, data: Buffer): Buffer => {
    const head = Buffer.alloc(11);
    head[0] = type;
    head.writeUIntBE(data.length, 1, 3);
    head.writeUIntBE(at & 0xffffff, 4, 3);
    head[7] = at >>> 24;
    const back = Buffer.alloc(4);
    back.writeUInt32BE(11 + data.length);
    return Buffer.concat([head, data, back]);
  };
  const unit = (...bytes: number[]) => Buffer.from([0, 0, 0, bytes.length, ...bytes]);
  return Buffer.concat([
    Buffer.from('464c5601010000000900000000', 'hex'),
    tag(9, 0, Buffer.concat([Buffer.from([0x17, 0, 0, 0, 0]), sets])),
    tag(18, 0, Buffer.from('onMetaData')),
    tag(9, 10_000, Buffer.concat([Buffer.from([0x17, 1, 0, 0, 0]), unit(0x65, 1, 2), unit(6, 9)])),
    tag(9, 0x7f000001, Buffer.concat([Buffer.from([0x27, 1, 0, 0, 0]), unit(0x41, 3)])),
  ]);
}

test('pictures are read from FLV, however its bytes are cut', () => {
  const bytes = flv();
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: bytes.length })), (cuts) => {
      const ends = [...cuts, bytes.length].sort((a, b) => a - b);
      const reader = new FlvReader(1000);
      const pictures = ends.flatMap((end, index) =>
        reader.read(bytes.subarray(ends[index - 1] ?? 0, end)),
      );
      expect(pictures.map(({ isKey, at }) => [isKey, at])).toEqual([
        [true, 10_000],
        [false, 0x7f000001],
      ]);
      const units = pictures.map((picture) => picture.units.map((unit) => unit.toString('hex')));
      expect(units).toEqual([['6742', '68ce', '650102', '0609'], ['4103']]);
    }),
  );
});

test('what is no FLV is refused, and nothing is kept of it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 0, max: 60 }), (noise, at) => {
      const reader = new FlvReader(1000);
      try {
        reader.read(Buffer.concat([flv().subarray(0, at), noise]));
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    }),
  );
  const long = flv();
  long.writeUIntBE(1001, 14, 3);
  expect(() => new FlvReader(1000).read(long)).toThrow(/1001 bytes/);
});

test('a picture of several units is one cluster with its time', () => {
  const units = [Buffer.from([0x67]), Buffer.from([0x65, 1])];
  const bytes = Buffer.concat(matroskaPicture('H264', { units, isKey: true }, 0x1234));
  expect(bytes.subarray(0, 4).toString('hex')).toBe('1f43b675');
  expect(bytes.readUIntBE(6, 6)).toBe(bytes.length - 12);
  expect(bytes.readUIntBE(23, 6)).toBe(0x1234);
  expect(bytes.subarray(-11).toString('hex')).toBe('0000000167000000016501');
});

test('of what ffmpeg says the last words are kept, without what is not readable', () => {
  const words = new LastWords();
  expect(words.text).toBe(undefined);
  words.add('[hevc @ 0x55f0] Could not ');
  words.add('find ref\n\u0000\u001b[31mred\n');
  expect(words.text).toBe('[hevc] Could not find ref | [31mred');
  for (let line = 0; line < 1000; line += 1) words.add(`${'x'.repeat(line)}\r`);
  words.add('y'.repeat(100_000));
  expect(words.text?.length).toBeLessThan(300);
});

const picture = (isKey: boolean, size = 10): Picture => ({
  units: [Buffer.alloc(size)],
  isKey,
  ...timed(0),
});

test('a decoder can go on from what was kept, and what is kept has a limit', () => {
  const group = new Group();
  group.add(picture(false));
  expect(group.pictures).toEqual([]);
  for (const isKey of [true, false, false, true, false]) group.add(picture(isKey));
  expect(group.pictures.map(({ isKey }) => isKey)).toEqual([true, false]);
  group.add(picture(false, mostOfGroup.bytes));
  expect(group.pictures).toEqual([]);
  group.add(picture(false));
  expect(group.pictures).toEqual([]);
});

test('a program that works is told from one that waits', () => {
  const before = processorTime(process.pid) ?? NaN;
  const until = process.cpuUsage().user + 60_000;
  while (process.cpuUsage().user < until);
  expect(processorTime(process.pid)).toBeGreaterThan(before);
  expect(processorTime(undefined)).toBe(undefined);
  expect(processorTime(2 ** 30)).toBe(undefined);
});
