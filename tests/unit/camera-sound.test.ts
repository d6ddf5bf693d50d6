/** A camera's sound out of RTP: PCMU, PCMA, Opus and AAC, also where it means no good. */
import { describe, expect, test } from 'vitest';
import type { StreamFormat } from '../../gateway/rtp/depacketizer.ts';
import type { RtpPacket } from '../../gateway/rtp/packet.ts';
import { parseDescription } from '../../gateway/rtsp/sdp.ts';
import { SoundPast, SoundTrack } from '../../gateway/rtsp/sound-track.ts';
import { openAac } from '../../gateway/sound/aac.ts';
import { parseAacConfig } from '../../gateway/sound/aac-config.ts';
import { openPlain, type SoundUnit } from '../../gateway/sound/depacketizer.ts';
import { OggReader } from '../../gateway/sound/ogg.ts';
import { SoundTimeline } from '../../gateway/sound/sound-timeline.ts';
import type { FfmpegHere } from '../../gateway/transcoder/ffmpeg.ts';
import { software } from '../../gateway/transcoder/encoder.ts';
import { SoundStream } from '../../gateway/upload/sound-stream.ts';

const ffmpeg: FfmpegHere = {
  ...{ command: 'ffmpeg', version: '5', encoder: software, hasOpus: true },
};
const here = { wanted: () => true, ffmpeg };
const quiet = { sound: () => {}, changed: () => {} };

describe('AAC', () => {
  const hbr = { config: '1408', sizelength: '13', indexlength: '3', indexdeltalength: '3' };

  /** @returns what packets with these payloads give; `null` is a loss. */
  function taken(payloads: readonly (Buffer | null)[], parameters: Record<string, string> = hbr) {
    const units: SoundUnit[] = [];
    const unusable: string[] = [];
    const format: StreamFormat = {
      ...{ encoding: 'MPEG4-GENERIC', payloadType: 97, clockRate: 16_000 },
      parameters: new Map(Object.entries(parameters)),
    };
    const depacketizer = openAac(format, {
      unit: (unit) => units.push(unit),
      unusable: (what) => unusable.push(what),
    });
    for (const payload of payloads) {
      if (payload) depacketizer.packet({ payload, timestamp: 5000, cameAt: 7 } as RtpPacket);
      else depacketizer.lost();
    }
    return { sizes: units.map(({ payload }) => payload.length), units, unusable };
  }

  /** Access units with headers that say these sizes. */
  function packet(sizes: readonly number[], data: number, index = 0): Buffer {
    const heads = Buffer.alloc(2 + 2 * sizes.length);
    heads.writeUInt16BE(16 * sizes.length);
    sizes.forEach((size, at) =>
      heads.writeUInt16BE((size << 3) | (at > 0 ? index : 0), 2 + 2 * at),
    );
    return Buffer.concat([heads, Buffer.alloc(data, 1)]);
  }

  test('one unit, several with the time of each, and one in several packets', () => {
    expect(taken([packet([300], 300)]).sizes).toEqual([300]);
    const several = taken([packet([100, 200, 50], 350)]);
    expect(several.sizes).toEqual([100, 200, 50]);
    expect(several.units.map(({ timestamp }) => timestamp)).toEqual([5000, 6024, 7048]);
    const parts = taken([packet([1000], 600), packet([1000], 400), packet([10], 10)]);
    expect(parts.sizes).toEqual([1000, 10]);
  });

  test.each<[what: string, payloads: (Buffer | null)[], left: number[]]>([
    ['nothing', [Buffer.alloc(0)], []],
    ['half a length', [Buffer.alloc(1)], []],
    ['no headers', [Buffer.from([0, 0, 1, 2, 3])], []],
    ['headers longer than the packet', [Buffer.from([0xff, 0xff, 1, 2, 3])], []],
    ['half a header', [Buffer.from([0, 8, 1, 2, 3])], []],
    ['headers without end', [packet(Array(2000).fill(1), 2000)], []],
    ['a header without its unit', [packet([20, 30], 20)], [20]],
    ['units of no bytes', [packet([0, 0, 5], 5)], [5]],
    ['a unit larger than any', [packet([8000], 1200), packet([8000], 6800)], []],
    ['a part that was lost', [packet([900], 500), null, packet([900], 400)], []],
    ['parts that are more than the unit', [packet([900], 500), packet([900], 500)], []],
    ['parts of two sizes', [packet([900], 500), packet([800], 400), packet([7], 7)], [7]],
  ])('of %s no more is taken than makes sense', (_, payloads, left) => {
    const { sizes, unusable } = taken(payloads);
    expect(sizes).toEqual(left);
    expect(unusable).toEqual([]);
    // It goes on.
    expect(taken([...payloads, packet([3], 3)]).sizes).toEqual([...left, 3]);
  });

  test('random bytes give nothing that is larger than they are', () => {
    let state = 1;
    const random = (): number => (state = (state * 48_271) % 0x7fffffff) & 0xff;
    for (let count = 0; count < 2000; count += 1) {
      const payload = Buffer.from(Array.from({ length: random() }, random));
      const { sizes } = taken([payload, payload]);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(2 * payload.length);
    }
  });

  test('units out of order, fields that are not read, and a config that is none are told, and not taken', () => {
    expect(taken([packet([5, 5], 10, 1)])).toMatchObject({
      ...{ sizes: [], unusable: ['AAC with units interleaved'] },
    });
    const wrongs: Record<string, string>[] = [
      ...[{ config: 'zz' }, { ctsdeltalength: '2' }, { sizelength: '99' }],
    ];
    for (const wrong of wrongs) {
      const { sizes, unusable } = taken([packet([5], 5)], { ...hbr, ...wrong });
      expect([sizes, unusable.length]).toEqual([[], 1]);
    }
    // Where nothing is said, it is AAC-hbr; AAC-lbr has shorter fields.
    expect(taken([packet([5], 5)], { config: '1408' }).sizes).toEqual([5]);
    const lbr = { ...hbr, sizelength: '6', indexlength: '2', indexdeltalength: '2' };
    expect(taken([Buffer.from([0, 8, 3 << 2, 1, 1, 1])], lbr).sizes).toEqual([3]);
  });

  test('what the camera says of it', () => {
    expect(parseAacConfig('1408')).toMatchObject({
      sampleRate: 16_000,
      channels: 1,
      samples: 1024,
    });
    expect(parseAacConfig('1210')).toMatchObject({ sampleRate: 44_100, channels: 2 });
    // With spectral band replication, said around it.
    expect(parseAacConfig('2B8A0800')).toMatchObject({ sampleRate: 22_050, channels: 1 });
    for (const wrong of [
      undefined,
      '',
      '14',
      '140',
      'xyz0',
      '0000',
      'ffff',
      '1400',
      '14'.repeat(99),
    ])
      expect(parseAacConfig(wrong)).toBe(undefined);
  });
});

test('G.711 and Opus pass as they are; what is empty or too long to be sound does not', () => {
  const sizes: number[] = [];
  const format = { encoding: 'PCMA', payloadType: 8, clockRate: 8000, parameters: new Map() };
  const plain = openPlain(format, {
    unit: ({ payload }) => sizes.push(payload.length),
    unusable: () => expect.unreachable(),
  });
  for (const length of [160, 0, 8000, 8001, 65_000, 1])
    plain.packet({ payload: Buffer.alloc(length), timestamp: 0, cameAt: 0 } as RtpPacket);
  expect(sizes).toEqual([160, 8000, 1]);
});

test('what is longer than a packet goes out in several, sample by sample', () => {
  const stream = new SoundStream('PCMA', 1200);
  const payload = Buffer.from(Array.from({ length: 4000 }, (_, at) => at & 0xff));
  const packets = stream.packetsOf({ payload, timestamp: 1000, cameAt: 0 });
  expect(Math.max(...packets.map(({ length }) => length))).toBeLessThanOrEqual(1200 - 16);
  expect(Buffer.concat(packets.map((packet) => packet.subarray(20)))).toEqual(payload);
  const times = packets.map((packet) => packet.readUInt32BE(4));
  expect(times.slice(1).map((time, at) => (time - (times[at] ?? 0)) >>> 0)).toEqual(
    packets.slice(0, -1).map((packet) => packet.length - 20),
  );
  expect(new SoundStream('OPUS', 1200).packetsOf({ payload, timestamp: 0, cameAt: 0 })).toEqual([]);
});

describe('times', () => {
  const rate = 8000;

  test('steps are those of the camera, whatever the network does, and wrap', () => {
    const timeline = new SoundTimeline();
    const first = 2 ** 32 - 320;
    const came = [0, 20, 900, 900, 901, 901];
    const placed = came.map((at, index) =>
      timeline.place((first + index * 160) % 2 ** 32, 5000 + at, rate),
    );
    expect(placed.map((one) => (one ?? 0) - (placed[0] ?? 0))).toEqual(
      came.map((_, index) => index * 160),
    );
  });

  test('what comes twice, or late, is left out; a clock that is set, or another session, goes on by the time that went by', () => {
    const timeline = new SoundTimeline();
    const begin = timeline.place(1000, 0, rate) ?? NaN;
    expect(timeline.place(1000, 5, rate)).toBe(undefined);
    expect(timeline.place(840, 10, rate)).toBe(undefined);
    expect(timeline.place(1160, 20, rate)).toBe(begin + 160);
    expect(timeline.place(900_000_000, 40, rate)).toBe(begin + 320);
    expect(timeline.place(5, 60, rate)).toBe(begin + 480);
    timeline.beginAnew();
    expect(timeline.place(7, 1060, rate)).toBe(begin + 480 + 8000);
  });
});

test('pages of Ogg are read however they are cut, and what is none is told', () => {
  const page = (payload: Buffer, until: number): Buffer => {
    const segments = [...Array(Math.floor(payload.length / 255)).fill(255), payload.length % 255];
    const head = Buffer.alloc(27);
    head.write('OggS');
    head.writeBigInt64LE(BigInt(until), 6);
    head[26] = segments.length;
    return Buffer.concat([head, Buffer.from(segments), payload]);
  };
  const stream = Buffer.concat([
    ...[page(Buffer.from('OpusHead...'), 0), page(Buffer.from('OpusTags...'), 0)],
    ...[page(Buffer.alloc(300, 1), 960), page(Buffer.alloc(255, 2), 1920)],
  ]);
  for (const size of [1, 28, 5000]) {
    const reader = new OggReader();
    const packets = [];
    for (let at = 0; at < stream.length; at += size)
      packets.push(...reader.read(stream.subarray(at, at + size)));
    expect(packets.map(({ payload, until }) => [payload.length, until])).toEqual([
      [300, 960],
      [255, 1920],
    ]);
  }
  const two = page(Buffer.alloc(20), 0);
  two[26] = 2;
  for (const wrong of [Buffer.alloc(40, 1), two])
    expect(() => new OggReader().read(Buffer.concat([wrong, Buffer.alloc(300)]))).toThrow(
      /page|Ogg/,
    );
  expect(() => new OggReader(200).read(page(Buffer.alloc(300), 0))).toThrow('too long');
});

describe('what a camera describes', () => {
  const facts = (lines: readonly string[], found: FfmpegHere = ffmpeg) =>
    new SoundTrack(
      parseDescription(['v=0', 'm=video 0 RTP/AVP 96', ...lines].join('\r\n')),
      { ...here, ffmpeg: found },
      new SoundPast(),
      quiet,
    ).facts;
  const aac = ['m=audio 0 RTP/AVP 97', 'a=rtpmap:97 MPEG4-GENERIC/16000/1'];
  const mode = 'a=fmtp:97 mode=AAC-hbr;config=1408;SizeLength=13;IndexLength=3;IndexDeltaLength=3';

  test.each([
    ['PCMU', ['m=audio 0 RTP/AVP 0'], { codec: 'PCMU', sentAs: 'PCMU' }],
    ['PCMA', ['m=audio 0 RTP/AVP 8', 'a=rtpmap:8 PCMA/8000'], { codec: 'PCMA', sentAs: 'PCMA' }],
    [
      'PCMA by a number of its own',
      ['m=audio 0 RTP/AVP 98', 'a=rtpmap:98 pcma/8000/1'],
      { codec: 'PCMA', sentAs: 'PCMA' },
    ],
    [
      'Opus',
      ['m=audio 0 RTP/AVP 99', 'a=rtpmap:99 opus/48000/2'],
      { codec: 'Opus', sentAs: 'OPUS' },
    ],
    ['AAC', [...aac, mode], { codec: 'AAC', sentAs: 'OPUS' }],
    [
      'the first that can be sent',
      ['m=audio 0 RTP/AVP 9', ...aac, mode],
      { codec: 'AAC', sentAs: 'OPUS' },
    ],
  ])('%s is sent', (_, lines, expected) => {
    expect(facts(lines)).toEqual(expected);
  });

  test.each([
    ['G726', ['m=audio 0 RTP/AVP 97', 'a=rtpmap:97 G726-32/8000'], /cannot play G726-32/],
    ['L16', ['m=audio 0 RTP/AVP 11'], /cannot play L16/],
    ['PCMU of two channels', ['m=audio 0 RTP/AVP 97', 'a=rtpmap:97 PCMU/8000/2'], /one channel/],
    ['PCMA of 16 kHz', ['m=audio 0 RTP/AVP 97', 'a=rtpmap:97 PCMA/16000'], /8,000 Hz/],
    ['AAC without a config', aac, /which AAC/],
    ['what is encrypted', ['m=audio 0 RTP/SAVP 0'], /encrypted/],
  ])('%s is not, which is said in words', (_, lines, words) => {
    expect(facts(lines)).toMatchObject({ missing: expect.stringMatching(words) });
    expect(facts(lines)).not.toHaveProperty('sentAs');
  });

  test('AAC needs ffmpeg with an encoder of Opus', () => {
    expect(facts([...aac, mode], { missing: 'ffmpeg is not installed' })?.missing).toMatch(
      /not installed/,
    );
    expect(facts([...aac, mode], { ...ffmpeg, hasOpus: false })?.missing).toMatch(/no encoder/);
  });

  test('no sound, and what the camera would play itself, are none', () => {
    expect(facts([])).toBe(undefined);
    expect(facts(['m=audio 0 RTP/AVP 0', 'a=sendonly'])).toBe(undefined);
  });
});

test('a camera that gives no pictures when it is asked for sound is asked for pictures alone; one that gives none either way is not blamed', () => {
  const past = new SoundPast();
  past.ended(true, false);
  expect(past.trouble).toBe(undefined);
  past.ended(true, false);
  expect(past.trouble).toMatch(/no pictures/);
  past.ended(false, true);
  expect(past.trouble).toMatch(/no pictures/);
  past.ended(false, false);
  expect(past.trouble).toBe(undefined);
});
