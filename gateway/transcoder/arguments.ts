/** What ffmpeg is told. It gets pictures at its standard input and knows of no camera, address or password. */
import { maskColour } from '../../server/contract/mask-colour.ts';
import type { Masks } from '../../server/contract/privacy.ts';
import type { Encoder } from './encoder.ts';
import { maskBoxes } from './mask-boxes.ts';
import { covered, marks } from './times.ts';

/** What comes out. */
export interface EncodedForm {
  /** px, even */
  readonly width: number;
  readonly height: number;
  readonly frameRate?: number | undefined;
  readonly masks: Masks;
  /** Whole pictures may have to be covered while it runs. */
  readonly coverable?: boolean | undefined;
  /** What comes may be in fields, of which whole pictures are made. */
  readonly interlaced?: boolean | undefined;
  /** Pictures before this time, ms, are only decoded. */
  readonly from?: number | undefined;
}

/** Nothing but pipes is opened, whatever a stream holds. */
export const quiet = ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'error'];
export const pipesOnly = ['-protocol_whitelist', 'pipe'];

/** Begins at once, without a look at what more is to come, and decodes without a picture's delay for each thread. */
export const pipedInput = [
  ...[...pipesOnly, '-probesize', '32', '-analyzeduration', '0', '-fpsprobesize', '0'],
  ...['-thread_type', 'slice', '-threads', '2', '-f', 'matroska', '-i', 'pipe:0'],
];

/** Of a good picture of a street, of this many pixels or more. */
const bitsPerPixel = 0.08;
const usualPixels = 1280 * 720;
const usualFrameRate = 25;
/** A key picture comes at the latest after so many. */
const longestGroup = 300;

export function encodingArguments(
  encoder: Encoder,
  form: EncodedForm,
  input: readonly string[] = pipedInput,
): string[] {
  const { width, height, frameRate = usualFrameRate } = form;
  const rate = bitRate(width * height, Math.min(frameRate, 60));
  return [
    ...[...quiet, ...encoder.device, '-copyts', ...input, '-map', '0:v:0', '-an', '-sn', '-dn'],
    ...['-filter_threads', '1', '-vf', filters(encoder, form)],
    // Each picture keeps its own time, in ms.
    ...['-fps_mode', 'passthrough', '-enc_time_base', '1:1000'],
    ...['-c:v', encoder.name, ...encoder.options, '-g', `${longestGroup}`],
    ...['-b:v', `${rate}`, '-maxrate', `${rate}`, '-bufsize', `${Math.round(rate / 2)}`],
    ...['-force_key_frames', 'expr:mod(round(t*1000),2)'],
    ...['-flush_packets', '1', '-flvflags', 'no_duration_filesize+no_metadata'],
    ...['-f', 'flv', 'pipe:1'],
  ];
}

/**
 * A small picture takes more bits for each of its pixels. With fewer, a key picture asked for soon after another one comes
 * out so coarse that what is masked is no more of one colour.
 * @returns bit/s
 */
function bitRate(pixels: number, frameRate: number): number {
  const finer = Math.max(1, usualPixels / pixels) ** 0.25;
  return Math.round(pixels * frameRate * bitsPerPixel * finer);
}

/** Not what is decoded only. */
const chosen = `not(eq(mod(round(t*1000)\\,4)\\,${marks.decodedOnly}))`;

const colour = maskColour.css.replace('#', '0x');
/** What is marked as covered. */
const hidden = `gte(mod(round(t*1000)\\,${2 * covered})\\,${covered})`;

/**
 * The size is made what it has to be before masks are filled, so that those are where they belong even when another
 * size comes in the middle.
 */
function filters(encoder: Encoder, form: EncodedForm): string {
  const { width, height, masks, coverable, from, interlaced } = form;
  const boxes = maskBoxes(masks, width, height).map(
    ({ x, y, width: w, height: h }) => `drawbox=x=${x}:y=${y}:w=${w}:h=${h}:color=${colour}:t=fill`,
  );
  return [
    `select=${chosen}${from === undefined ? '' : `*gte(t\\,${((from - 1) / 1000).toFixed(3)})`}`,
    ...(interlaced ? ['yadif=mode=send_frame:deint=interlaced'] : []),
    `scale=w=${width}:h=${height}:flags=bilinear:out_range=tv`,
    ...['setsar=1', 'format=yuv420p', ...boxes],
    ...(coverable
      ? [`drawbox=x=0:y=0:w=${width}:h=${height}:color=${colour}:t=fill:enable=${hidden}`]
      : []),
    ...(encoder.upload === undefined ? [] : [encoder.upload]),
  ].join(',');
}
