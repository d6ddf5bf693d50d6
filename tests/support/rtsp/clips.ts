/** Short clips as cameras would send them, made once by ffmpeg and kept in this user's cache. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheFolders, writableCache } from '../../../deployment/setup/cache.mjs';

export interface CameraClip {
  readonly codec: 'H264' | 'H265' | 'JPEG';
  /** px */
  readonly width: number;
  readonly height: number;
  /** frames/s */
  readonly frameRate: number;
  /** In the order of decoding; the first is a key picture. */
  readonly pictures: readonly ClipPicture[];
}

export interface ClipPicture {
  /** NAL units without start codes and delimiters, or one whole JPEG. */
  readonly units: readonly Buffer[];
  readonly isKey: boolean;
  /** When it is shown, in pictures from the clip's first; differs from its place where there are B-frames. */
  readonly shownAt: number;
}

interface Recipe {
  codec?: CameraClip['codec'];
  size?: `${number}x${number}`;
  frameRate?: number;
  /** s */
  length?: number;
  /** `yuv420p` unless said. */
  pixels?: string;
  /** Each picture has its number in it (`counterBits`). */
  counted?: boolean;
  /** Black in its middle, and white for the first tenth of each second. */
  flashes?: boolean;
  /** For the encoder. */
  options: string[];
}

const x264 = (profile: string, ...more: string[]): string[] => [
  ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-profile:v', profile],
  ...more,
];
/** Slices as threads, which zerolatency would choose, depend on the machine. */
const oneSlice = ['-x264-params', 'sliced-threads=0:slices=1'];
/** ultrafast does without all that makes it High. */
const asHigh = ['-x264-params', 'sliced-threads=0:slices=1:8x8dct=1:cabac=1'];
const eachSecond = (frameRate = 25): string[] => ['-g', `${frameRate}`, '-sc_threshold', '0'];

const odd = (profile: string, pixels: string, ...more: string[]): Recipe => ({
  ...{ size: '320x192', length: 2, pixels },
  options: [...x264(profile, '-b:v', '300k', ...more), ...eachSecond()],
});
const x265 = (...more: string[]): string[] => [
  ...['-c:v', 'libx265', '-preset', 'ultrafast', '-b:v', '300k', '-x265-params'],
  [
    'keyint=25:min-keyint=25:scenecut=0:log-level=error',
    ...(more.some((one) => one.startsWith('bframes')) ? [] : ['bframes=0']),
    ...more,
  ].join(':'),
];

const recipes = {
  /** 720p25, Baseline, a key frame each second. */
  main: {
    options: [...x264('baseline'), ...eachSecond(), '-b:v', '1500k', ...oneSlice],
  },
  /** The same picture, small. */
  sub: {
    size: '320x180',
    options: [...x264('baseline'), ...eachSecond(), '-b:v', '200k', ...oneSlice],
  },
  /** Another shape. */
  fourThirds: {
    size: '640x480',
    options: [...x264('baseline'), ...eachSecond(), '-b:v', '500k', ...oneSlice],
  },
  /** Smaller still: of 3 Mbit/s there is room for sixteen. */
  thin: {
    size: '320x180',
    frameRate: 12,
    options: [...x264('baseline'), ...eachSecond(12), '-b:v', '100k', ...oneSlice],
  },
  mainProfile: {
    size: '640x360',
    options: [...x264('main', '-coder', '1'), ...eachSecond(), '-b:v', '500k', ...oneSlice],
  },
  high: {
    size: '640x360',
    options: [...x264('high', '-b:v', '500k'), ...eachSecond(), ...asHigh],
  },
  bFrames: {
    size: '640x360',
    options: [
      ...['-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'main', '-bf', '2'],
      ...[...eachSecond(), '-b:v', '500k'],
    ],
  },
  /** Four slices a picture. */
  sliced: {
    size: '640x360',
    options: [
      ...x264('baseline', '-b:v', '500k'),
      ...eachSecond(),
      ...['-x264-params', 'sliced-threads=0:slices=4'],
    ],
  },
  /** Key frames 4 s apart. */
  rareKeys: {
    size: '320x180',
    length: 8,
    options: [...x264('baseline', '-b:v', '200k', '-g', '100', '-sc_threshold', '0'), ...oneSlice],
  },
  /** The same picture, large. */
  rareKeysLarge: {
    length: 8,
    options: [...x264('baseline', '-b:v', '1500k', '-g', '100', '-sc_threshold', '0'), ...oneSlice],
  },
  /** The small one, with the number of each picture. */
  countedRareKeys: {
    size: '640x360',
    length: 8,
    counted: true,
    options: [...x264('baseline', '-b:v', '500k', '-g', '100', '-sc_threshold', '0'), ...oneSlice],
  },
  /** As `beeps` are heard. */
  flashes: {
    size: '320x180',
    flashes: true,
    options: [...x264('baseline'), ...eachSecond(), '-b:v', '200k', ...oneSlice],
  },
  /** Key frames 10 s apart. */
  rarestKeys: {
    size: '320x180',
    length: 20,
    options: [...x264('baseline', '-b:v', '200k', '-g', '250', '-sc_threshold', '0'), ...oneSlice],
  },
  /** 5 frames/s */
  slow: {
    size: '640x360',
    frameRate: 5,
    options: [...x264('baseline', '-b:v', '300k'), ...eachSecond(5), ...oneSlice],
  },
  portrait: {
    size: '1080x1920',
    length: 2,
    options: [...x264('high', '-b:v', '4M'), ...eachSecond(), ...asHigh],
  },
  /** 1080p25 with 4 Mbit/s. */
  fullHd: {
    size: '1920x1080',
    options: [
      ...x264('high', '-b:v', '4M', '-maxrate', '4M', '-bufsize', '1M'),
      ...[...eachSecond(), ...asHigh],
    ],
  },
  uhd: {
    size: '3840x2160',
    length: 2,
    options: [...x264('high', '-b:v', '12M'), ...eachSecond(), ...asHigh],
  },
  h265: {
    codec: 'H265',
    size: '640x360',
    options: [
      ...['-c:v', 'libx265', '-preset', 'ultrafast', '-tune', 'zerolatency', '-b:v', '500k'],
      ...['-x265-params', 'keyint=25:min-keyint=25:scenecut=0:bframes=0:log-level=error'],
    ],
  },
  /** What browsers cannot show of H.264. */
  high10: odd('high10', 'yuv420p10le'),
  high422: odd('high422', 'yuv422p'),
  high444: odd('high444', 'yuv444p'),
  monochrome: odd('high', 'gray'),
  lossless: odd('high444', 'yuv420p', '-qp', '0'),
  /** Fields and frames mixed by blocks (MBAFF). */
  interlaced: odd('main', 'yuv420p', '-flags', '+ildct+ilme', '-x264opts', 'tff=1'),
  h265TenBits: {
    codec: 'H265',
    size: '320x180',
    length: 2,
    pixels: 'yuv420p10le',
    options: x265(),
  },
  /** Four slices a picture. */
  h265Slices: { codec: 'H265', size: '320x384', length: 2, options: x265('slices=4') },
  h265BFrames: { codec: 'H265', size: '320x180', length: 2, options: x265('bframes=2') },
  /** Larger than RTP's own fields have room for. */
  mjpegLarge: {
    codec: 'JPEG',
    size: '2560x1440',
    frameRate: 5,
    length: 2,
    options: ['-c:v', 'mjpeg', '-q:v', '12', '-huffman', 'default', '-pix_fmt', 'yuvj420p'],
  },
  mjpeg: {
    codec: 'JPEG',
    size: '640x360',
    frameRate: 10,
    options: [...['-c:v', 'mjpeg', '-q:v', '8', '-huffman', 'default', '-pix_fmt', 'yuvj420p']],
  },
} satisfies Record<string, Recipe>;
export type ClipName = keyof typeof recipes;

/** To be raised when a recipe or the file's form changes. */
const edition = 1;
const run = promisify(execFile);
const known = new Map<ClipName, Promise<CameraClip>>();

/** A clip of the cache; made when there is none, which takes ffmpeg a second or two. */
export function cameraClip(name: ClipName): Promise<CameraClip> {
  const clip = known.get(name) ?? load(name);
  known.set(name, clip);
  return clip;
}

async function load(name: ClipName): Promise<CameraClip> {
  const file = `clips/camera-${name}-${edition}.clip`;
  const places = cacheFolders().map((folder) => path.join(folder, file));
  const place =
    places.find((found) => existsSync(found)) ?? path.join(writableCache() ?? tmpdir(), file);
  if (!existsSync(place)) {
    mkdirSync(path.dirname(place), { recursive: true });
    save(place, await make(recipes[name]));
  }
  return read(place);
}

/** Encodes moving bars with a running clock, and takes the stream apart as ffmpeg sees its pictures. */
async function make(recipe: Recipe): Promise<CameraClip> {
  const { codec = 'H264', size = '1280x720', frameRate = 25, length = 4, options } = recipe;
  const { pixels: form = 'yuv420p' } = recipe;
  const middle = 'drawbox=x=iw/4:y=ih/4:w=iw/2:h=ih/2:t=fill';
  const flash = `${middle}:color=black,${middle}:color=white:enable='lt(mod(t,1),0.1)'`;
  const filters = recipe.counted ? ['-vf', counter()] : recipe.flashes ? ['-vf', flash] : [];
  const folder = mkdtempSync(path.join(tmpdir(), 'camera-clip-'));
  try {
    const film = path.join(folder, 'clip.mkv');
    const source = `testsrc2=size=${size}:rate=${frameRate}:duration=${length}`;
    const quiet = ['-v', 'error', '-y', '-threads', '1'];
    const pixels = codec === 'JPEG' ? [] : ['-pix_fmt', form];
    const input = ['-f', 'lavfi', '-i', source, ...filters];
    await run('ffmpeg', [...quiet, ...input, ...pixels, ...options, film]);
    const shown = await run('ffprobe', [
      ...['-v', 'error', '-show_entries', 'packet=pts_time,flags', '-of', 'csv=p=0', film],
    ]);
    const packets = shown.stdout
      .trim()
      .split('\n')
      .map((line) => line.split(','))
      .map(([time, flags]) => ({ time: Number(time), isKey: flags?.startsWith('K') === true }));
    const stream = path.join(folder, 'stream');
    await run('ffmpeg', [...quiet, '-i', film, '-c', 'copy', ...raw[codec], stream]);
    const pictures = split[codec](readFileSync(stream));
    if (pictures.length !== packets.length) throw new Error('ffmpeg counts pictures differently');
    const first = packets[0]?.time ?? 0;
    const [width = 0, height = 0] = size.split('x').map(Number);
    return {
      ...{ codec, width, height, frameRate },
      pictures: pictures.map((units, index) => ({
        units,
        isKey: packets[index]?.isKey === true,
        shownAt: Math.round(((packets[index]?.time ?? 0) - first) * frameRate),
      })),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A picture's number stands at its top, in squares of a tenth of its width: the second is the lowest bit, white for 1. */
export const counterBits = 8;

function counter(): string {
  const bits = Array.from(
    { length: counterBits },
    (_, bit) =>
      `drawbox=x=iw*${bit + 1}/10:y=0:w=iw/10:h=iw/10:color=white:t=fill:enable='mod(floor(n/${2 ** bit}),2)'`,
  );
  return ['drawbox=x=0:y=0:w=iw:h=iw/10:color=black:t=fill', ...bits].join(',');
}

/** A delimiter before each picture says where it begins. */
const raw: Record<CameraClip['codec'], string[]> = {
  H264: ['-bsf:v', 'h264_mp4toannexb,h264_metadata=aud=insert', '-f', 'h264'],
  H265: ['-bsf:v', 'hevc_mp4toannexb,hevc_metadata=aud=insert', '-f', 'hevc'],
  JPEG: ['-f', 'mjpeg'],
};

const split: Record<CameraClip['codec'], (stream: Buffer) => Buffer[][]> = {
  H264: (stream) => splitAtDelimiters(stream, (unit) => ((unit[0] ?? 0) & 0x1f) === 9),
  H265: (stream) => splitAtDelimiters(stream, (unit) => (((unit[0] ?? 0) >> 1) & 0x3f) === 35),
  JPEG: (stream) => {
    const begins: number[] = [];
    const begin = Buffer.from([0xff, 0xd8, 0xff]);
    for (let at = stream.indexOf(begin); at >= 0; at = stream.indexOf(begin, at + 3))
      begins.push(at);
    return begins.map((at, index) => [stream.subarray(at, begins[index + 1] ?? stream.length)]);
  },
};

function splitAtDelimiters(stream: Buffer, isDelimiter: (unit: Buffer) => boolean): Buffer[][] {
  const pictures: Buffer[][] = [];
  for (const unit of annexB(stream)) {
    if (isDelimiter(unit)) pictures.push([]);
    else pictures.at(-1)?.push(unit);
  }
  return pictures;
}

/** The NAL units of a stream with start codes (ITU-T H.264 annex B). */
export function annexB(stream: Buffer): Buffer[] {
  const units: Buffer[] = [];
  const code = Buffer.from([0, 0, 1]);
  for (let at = stream.indexOf(code); at >= 0;) {
    const next = stream.indexOf(code, at + 3);
    let end = next < 0 ? stream.length : next;
    while (end > at + 3 && stream[end - 1] === 0) end -= 1;
    units.push(stream.subarray(at + 3, end));
    at = next;
  }
  return units;
}

type Contents = Omit<CameraClip, 'pictures'> & {
  pictures: (Omit<ClipPicture, 'units'> & { units: number[] })[];
};

/** One line of JSON with the lengths of all units, then the units. */
function save(file: string, clip: CameraClip): void {
  const contents: Contents = {
    ...clip,
    pictures: clip.pictures.map((picture) => ({
      ...picture,
      units: picture.units.map(({ length }) => length),
    })),
  };
  const units = clip.pictures.flatMap((picture) => picture.units);
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(
    unfinished,
    Buffer.concat([Buffer.from(`${JSON.stringify(contents)}\n`), ...units]),
  );
  renameSync(unfinished, file); // whole or not at all
}

function read(file: string): CameraClip {
  const bytes = readFileSync(file);
  let at = bytes.indexOf('\n') + 1;
  const contents = JSON.parse(bytes.subarray(0, at).toString()) as Contents;
  return {
    ...contents,
    pictures: contents.pictures.map((picture) => ({
      ...picture,
      units: picture.units.map((length) => bytes.subarray(at, (at += length))),
    })),
  };
}
