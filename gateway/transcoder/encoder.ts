/** Which encoder of H.264 is used: that of the hardware where it works, else x264. */
export interface Encoder {
  /** As ffmpeg lists it. */
  readonly name: string;
  /** Before the input: what decodes, and the device. */
  readonly device: readonly string[];
  /** At the end of the filters. */
  readonly upload: string | undefined;
  /** Low delay, no B-frames, and a key picture when one is asked for. */
  readonly options: readonly string[];
  /** Without hardware, sizes above 1080p would take more than a camera is worth. */
  readonly isHardware: boolean;
}

const noB = ['-bf', '0'];

export const software: Encoder = {
  name: 'libx264',
  device: [],
  upload: undefined,
  options: [
    ...['-preset', 'superfast', '-tune', 'zerolatency', '-profile:v', 'baseline'],
    ...['-crf', '23', '-sc_threshold', '0', '-forced-idr', '1', '-threads', '2'],
  ],
  isHardware: false,
};

/** The best first. */
export const hardware: readonly Encoder[] = [
  {
    name: 'h264_nvenc',
    device: ['-hwaccel', 'cuda'],
    upload: undefined,
    options: [
      ...['-preset', 'p3', '-tune', 'ull', '-zerolatency', '1', '-delay', '0', ...noB],
      ...['-profile:v', 'baseline', '-forced-idr', '1'],
    ],
    isHardware: true,
  },
  {
    name: 'h264_vaapi',
    device: ['-hwaccel', 'vaapi', '-vaapi_device', '/dev/dri/renderD128'],
    upload: 'format=nv12,hwupload',
    options: ['-profile:v', 'constrained_baseline', '-async_depth', '1', ...noB],
    isHardware: true,
  },
  {
    name: 'h264_v4l2m2m',
    device: [],
    upload: undefined,
    options: [...noB],
    isHardware: true,
  },
];

/**
 * @param listed names of all encoders that ffmpeg was built with, which says nothing of the machine
 * @param works tries one
 * @returns undefined where none works
 */
export async function chooseEncoder(
  listed: ReadonlySet<string>,
  works: (encoder: Encoder) => Promise<boolean>,
): Promise<Encoder | undefined> {
  for (const encoder of [...hardware, software]) {
    if (listed.has(encoder.name) && (await works(encoder))) return encoder;
  }
  return undefined;
}

/** @param list what `ffmpeg -encoders` prints */
export function encodersIn(list: string): Set<string> {
  return new Set([...list.matchAll(/^ [VASFXBD.]{6} (\S+)/gm)].map(([, name = '']) => name));
}
