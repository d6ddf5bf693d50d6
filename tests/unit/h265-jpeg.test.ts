/** Pictures of H.265 and JPEG out of packets that another hand has made of them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseHevcSps } from '../../gateway/h265/sps.ts';
import type { CodedPicture, PictureFacts, StreamFormat } from '../../gateway/rtp/depacketizer.ts';
import { openH265 } from '../../gateway/rtp/h265.ts';
import { jpegEnd, jpegHead, scaledTables } from '../../gateway/rtp/jpeg-head.ts';
import { openJpeg } from '../../gateway/rtp/jpeg.ts';
import type { RtpPacket } from '../../gateway/rtp/packet.ts';
import type { CameraClip } from '../support/rtsp/clips.ts';
import { payloadsOf } from '../support/rtsp/packets.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
/** Sets of x265 for 640×360, Main. */
const sets = {
  vps: hex('40010c01ffff01600000030090000003000003003fba0240'),
  sps: hex(
    '42010101600000030090000003000003003fa005020171f2e5ba4a4c2f016808000003000800000300c840',
  ),
  pps: hex('4401c0718312'),
};

function opened(
  codec: 'H265' | 'JPEG',
  parameters: Record<string, string> = {},
  more: Pick<StreamFormat, 'size'> = {},
) {
  const given = {
    pictures: [] as CodedPicture[],
    facts: [] as PictureFacts[],
    torn: 0,
    unusable: [] as string[],
  };
  const format = { encoding: codec, payloadType: 96, clockRate: 90_000, ...more };
  const depacketizer = (codec === 'H265' ? openH265 : openJpeg)(
    { ...format, parameters: new Map(Object.entries(parameters)) },
    {
      facts: (facts) => given.facts.push(facts),
      picture: (picture) => given.pictures.push(picture),
      torn: () => (given.torn += 1),
      unusable: (what) => given.unusable.push(what),
    },
  );
  let sequence = 0;
  const send = (
    payload: Buffer,
    timestamp: number,
    marker: boolean,
    extension?: RtpPacket['extension'],
  ): void => {
    const head = { payloadType: 96, ssrc: 1, cameAt: 5, sequence: (sequence += 1) };
    depacketizer.packet({ ...head, payload, timestamp, marker, extension });
  };
  return { depacketizer, send, given };
}

/** A slice with a head as its kind has it; the first of its picture or not. */
const slice = (kind: number, isFirst: boolean, size: number): Buffer =>
  Buffer.concat([Buffer.from([kind << 1, 1, isFirst ? 0x80 : 0]), Buffer.alloc(size, 7)]);

function play(codec: CameraClip['codec'], pictures: Buffer[][], most: number, gaps: number[] = []) {
  const stream = opened(codec as 'H265' | 'JPEG');
  let count = 0;
  pictures.forEach((units, index) => {
    for (const { bytes, marker } of payloadsOf(codec, units, most)) {
      count += 1;
      if (gaps.includes(count)) stream.depacketizer.lost();
      else stream.send(bytes, index * 3600, marker);
    }
  });
  return stream.given;
}

const key = [sets.vps, sets.sps, sets.pps, slice(19, true, 900), slice(19, false, 400)];
const other = [slice(1, true, 300), slice(1, false, 5)];

test('pictures of H.265 are whole however they are cut', () => {
  fc.assert(
    fc.property(fc.integer({ min: 40, max: 1400 }), (most) => {
      const { pictures, facts, torn } = play('H265', [key, other, other, key], most);
      expect(torn).toBe(0);
      expect(pictures.map(({ isKey }) => isKey)).toEqual([true, false, false, true]);
      expect(pictures.map(({ timestamp }) => timestamp)).toEqual([0, 3600, 7200, 10_800]);
      expect(pictures[0]?.units.map(String)).toEqual(key.map(String));
      expect(pictures[1]?.units.map(String)).toEqual(other.map(String));
      expect(facts).toEqual([
        { codec: 'H265', width: 640, height: 360, profile: 'Main', reorders: false },
      ]);
    }),
  );
});

test('what loss has torn never passes as whole', () => {
  const pictures = [key, other, other, key, other];
  const whole = play('H265', pictures, 100).pictures.map(({ units }) => String(units));
  const packets = pictures.flatMap((units) => payloadsOf('H265', units, 100)).length;
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 1, max: packets }), { minLength: 1, maxLength: 5 }),
      (gaps) => {
        const given = play('H265', pictures, 100, gaps);
        expect(given.torn).toBeGreaterThan(0);
        for (const { units } of given.pictures) {
          // Sets that were lost with nothing else are known from before, or keep the picture back.
          expect(whole).toContain(String(units));
        }
      },
    ),
  );
});

test('parameter sets come from the description, too, and units in one packet', () => {
  const { send, given } = opened('H265', {
    'sprop-vps': sets.vps.toString('base64'),
    'sprop-sps': sets.sps.toString('base64'),
    'sprop-pps': sets.pps.toString('base64'),
  });
  const units = [slice(20, true, 20), slice(20, false, 20)];
  const parts = units.flatMap((unit) => [Buffer.from([0, unit.length]), unit]);
  send(Buffer.concat([Buffer.from([48 << 1, 1]), ...parts]), 0, true);
  expect(given.pictures.map((picture) => picture.units)).toEqual([
    [sets.vps, sets.sps, sets.pps, ...units],
  ]);
});

test('without its sets a key picture is none', () => {
  const { send, given } = opened('H265');
  send(slice(19, true, 20), 0, true);
  send(slice(1, true, 20), 3600, true);
  expect(given.pictures).toEqual([]);
  expect(given.torn).toBeGreaterThan(0);
});

test('markers at each unit are seen through', () => {
  const { send, given } = opened('H265');
  for (let index = 0; index < 4; index += 1) {
    for (const unit of key) send(unit, index * 3600, true);
  }
  send(slice(1, true, 3), 20_000, true);
  expect(given.pictures.at(-1)?.units.map(String)).toEqual(key.map(String));
  expect(given.pictures.length).toBeGreaterThanOrEqual(2);
});

/** The same unit with its number of decoding order, as a packet of its own. */
const numbered = (unit: Buffer, order: number): Buffer =>
  Buffer.concat([unit.subarray(0, 2), Buffer.from([order >> 8, order & 0xff]), unit.subarray(2)]);

test('numbers of decoding order are taken out, also where they wrap; interleaved units are refused', () => {
  const parameters = { 'sprop-max-don-diff': '2' };
  const { send, given } = opened('H265', parameters);
  let order = 0xfffe;
  for (const [index, units] of [key, other, other].entries()) {
    for (const unit of units) {
      send(numbered(unit, order & 0xffff), index * 3600, unit === units.at(-1));
      order += 1;
    }
  }
  expect(given.unusable).toEqual([]);
  expect(given.pictures.map(({ units }) => units.map(String))).toEqual(
    [key, other, other].map((units) => units.map(String)),
  );
  // In one packet each number but the first is a step (§4.4.2), and in fragments the first one holds it.
  const parts = other.flatMap((unit, index) => [
    index === 0 ? Buffer.from([order >> 8, order & 0xff]) : Buffer.from([0]),
    Buffer.from([0, 0])
      .fill(unit.length >> 8, 0, 1)
      .fill(unit.length & 0xff, 1),
    unit,
  ]);
  send(Buffer.concat([Buffer.from([48 << 1, 1]), ...parts]), 14_400, true);
  order += 2;
  const [first = Buffer.alloc(0)] = other;
  const type = kindOfUnit(first);
  const number = Buffer.from([(order >> 8) & 0xff, order & 0xff]);
  send(Buffer.concat([Buffer.from([49 << 1, 1, 0x80 | type]), number, first.subarray(2, 100)]), 18_000, false); // prettier-ignore
  send(Buffer.concat([Buffer.from([49 << 1, 1, 0x40 | type]), first.subarray(100)]), 18_000, true);
  expect(given.pictures.slice(3).map(({ units }) => units.map(String))).toEqual([
    other.map(String),
    [String(first)],
  ]);
  expect(given.unusable).toEqual([]);
  send(numbered(slice(1, true, 9), (order - 3) & 0xffff), 25_200, true);
  expect(given.unusable).toEqual([expect.stringMatching(/interleaved/)]);
});

const kindOfUnit = (unit: Buffer): number => ((unit[0] ?? 0) >> 1) & 0x3f;

test('what is not H.265 is refused without harm', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.nat(3), fc.boolean())),
      (packets) => {
        const { send } = opened('H265');
        for (const [bytes, time, marker] of packets) send(Buffer.from(bytes), time, marker);
      },
    ),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(60), (noise, at) => {
      const { send } = opened('H265');
      send(Buffer.concat([sets.sps.subarray(0, at), noise]), 0, false);
    }),
  );
});

test('an SPS says size, profile and order', () => {
  expect(parseHevcSps(sets.sps)).toEqual({
    width: 640,
    height: 360,
    profile: 'Main',
    reorders: false,
  });
});

/** A JPEG as RTP can carry it: its scan is noise, in which nothing looks like the end. */
function jpeg(q: number, size: number, interval = 0): Buffer {
  const tables = scaledTables(q) ?? [];
  const frame = { width: 640, height: 360, sampling: '4:2:0', interval, tables } as const;
  return Buffer.concat([jpegHead(frame), Buffer.alloc(size, 0x5a), ...jpegEnd([])]);
}

test('JPEGs come out as they went in, with tables of their own', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 99 }),
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: 200, max: 1400 }),
      (q, size, most) => {
        const pictures = [jpeg(q, size), jpeg(q, size + 1)];
        const { torn, ...given } = play('JPEG', pictures.map((one) => [one]), most); // prettier-ignore
        expect(torn).toBe(0);
        expect(given.pictures.map(({ units }) => units[0]?.toString('hex'))).toEqual(
          pictures.map((one) => one.toString('hex')),
        );
        expect(given.facts).toEqual([{ codec: 'MJPEG', width: 640, height: 360, reorders: false }]);
      },
    ),
  );
});

/** What ONVIF has in a header extension of the first packet: segments of the head, filled up to whole words. */
const extensionOf = (...segments: Buffer[]): RtpPacket['extension'] => {
  const data = Buffer.concat(segments);
  return { profile: 0xffd8, data: Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4, 0xff)]) }; // prettier-ignore
};
/** Head of a frame of 3,840×2,160, 4:2:0, with components that are counted from 0. */
const large = hex('ffc0001108087 00f0003002200011101021101'.replaceAll(' ', ''));

test('a JPEG larger than 2,040 px has its size in the head that comes along, or in the description', () => {
  const payload = Buffer.from([0, 0, 0, 0, 1, 50, 0, 0, 0x11, 0x22]);
  const onvif = opened('JPEG');
  onvif.send(payload, 0, true, extensionOf(large));
  const [made = Buffer.alloc(0)] = onvif.given.pictures.map(({ units }) => units[0]);
  expect(onvif.given.facts).toMatchObject([{ width: 3840, height: 2160 }]);
  expect(made?.includes(large)).toBe(true);
  // The scan names the components as the frame does.
  expect(made?.includes(hex('ffda000c03000001110211003f00'))).toBe(true);
  expect(made?.includes(scaledTables(50)?.[0] ?? hex('00'))).toBe(true);

  const described = opened('JPEG', {}, { size: { width: 2560, height: 1920 } });
  described.send(payload, 0, true);
  expect(described.given.facts).toMatchObject([{ width: 2560, height: 1920 }]);
  // What the picture itself says counts more.
  described.send(Buffer.from([0, 0, 0, 0, 1, 50, 80, 45, 7]), 1, true);
  expect(described.given.facts[1]).toMatchObject({ width: 640, height: 360 });

  const huffman = hex('ffc400150000010501010101010100000000000000000b');
  const own = opened('JPEG');
  own.send(payload, 0, true, extensionOf(hex('ffd8'), huffman, large));
  const [unit = Buffer.alloc(0)] = own.given.pictures.map(({ units }) => units[0]);
  expect(unit?.includes(huffman)).toBe(true);
  expect(unit?.toString('hex').match(/ffc4/g)).toHaveLength(1);
});

test('kinds of JPEG that RTP has no words for are refused in words', () => {
  const cases: [Buffer, RtpPacket['extension'], RegExp][] = [
    [Buffer.from([0, 0, 0, 0, 1, 50, 0, 0, 1]), undefined, /2,040 px.*does not say its size/],
    [Buffer.from([0, 0, 0, 0, 1, 50, 0, 90, 1]), undefined, /does not say its size/],
    [Buffer.from([0, 0, 0, 0, 1, 50, 0, 0, 1]), { profile: 0xabac, data: large }, /does not say/],
    [Buffer.from([0, 0, 0, 0, 5, 50, 80, 45, 1]), undefined, /type 5/],
    [Buffer.from([0, 0, 0, 0, 200, 50, 80, 45, 1]), undefined, /type 200/],
    [Buffer.from([1, 0, 0, 0, 1, 50, 80, 45, 1]), undefined, /fields/],
    [Buffer.from([0, 0, 0, 0, 1, 50, 0, 0, 1]), extensionOf(hex(large.toString('hex').replace('ffc0', 'ffc2'))), /baseline/], // prettier-ignore
  ];
  for (const [payload, extension, words] of cases) {
    const { send, given } = opened('JPEG');
    send(payload, 0, true, extension);
    expect(given.unusable).toEqual([expect.stringMatching(words)]);
    expect(given.pictures).toEqual([]);
  }
});

test('head extensions that make no sense do no harm', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(20), (noise, at) => {
      const { send } = opened('JPEG');
      const data = Buffer.concat([large.subarray(0, at), noise]);
      send(Buffer.from([0, 0, 0, 0, 1, 50, 0, 0, 1]), 0, true, { profile: 0xffd8, data });
    }),
  );
});

test('tables follow from Q, and stay for a Q that came with some', () => {
  expect(scaledTables(50)?.[0]?.subarray(0, 6)).toEqual(Buffer.from([16, 11, 12, 14, 12, 10]));
  expect(scaledTables(99)?.[1]?.subarray(-3)).toEqual(Buffer.from([2, 2, 2]));
  expect(scaledTables(1)?.[0]?.[0]).toBe(255);
  expect(scaledTables(0)).toBe(undefined);
  expect(scaledTables(100)).toBe(undefined);
  const head = (q: number): Buffer => Buffer.from([0, 0, 0, 0, 1, q, 80, 45]);
  const { send, given } = opened('JPEG');
  send(Buffer.concat([head(50), Buffer.from([1, 2, 3])]), 0, true);
  const own = Buffer.concat([Buffer.from([0, 0, 0, 128]), Buffer.alloc(128, 9)]);
  send(Buffer.concat([head(130), own, Buffer.from([4])]), 1, true);
  send(Buffer.concat([head(130), Buffer.from([0, 0, 0, 0, 5])]), 2, true);
  send(Buffer.concat([head(131), Buffer.from([0, 0, 0, 0, 6])]), 3, true);
  const [standard, first, second, ...more] = given.pictures.map(({ units }) => units[0]);
  expect(standard?.includes(scaledTables(50)?.[1] ?? Buffer.alloc(1))).toBe(true);
  expect(first?.subarray(-3)).toEqual(Buffer.from([4, 0xff, 0xd9]));
  expect(second?.subarray(0, -3)).toEqual(first?.subarray(0, -3));
  expect(more).toEqual([]);
  expect(given.torn).toBe(1);
});

test('restart markers keep their interval', () => {
  const { send, given } = opened('JPEG');
  send(Buffer.from([0, 0, 0, 0, 65, 60, 80, 45, 0, 20, 0xff, 0xff, 1, 2]), 0, true);
  expect(given.pictures[0]?.units[0]?.includes(hex('ffdd00040014'))).toBe(true);
});

test('a JPEG with a part missing never passes as whole', () => {
  const pictures = [jpeg(50, 3000), jpeg(60, 2000), jpeg(70, 2500)].map((one) => [one]);
  const packets = pictures.flatMap((units) => payloadsOf('JPEG', units, 300)).length;
  const whole = pictures.map(String);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: packets }), (gap) => {
      const given = play('JPEG', pictures, 300, [gap]);
      expect(given.torn).toBeGreaterThan(0);
      expect(given.pictures.length).toBe(2);
      for (const { units } of given.pictures) expect(whole).toContain(String(units));
    }),
  );
});

test('what is not JPEG is refused without harm', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.nat(3), fc.boolean())),
      (packets) => {
        const { send } = opened('JPEG');
        for (const [bytes, time, marker] of packets) send(Buffer.from(bytes), time, marker);
      },
    ),
  );
});
