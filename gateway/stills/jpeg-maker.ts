/** Makes a JPEG of a key picture, by a short run of ffmpeg; one at a time, whatever is asked for. */
import type { FfmpegHere } from '../transcoder/ffmpeg.ts';
import { runFfmpeg } from '../transcoder/ffmpeg.ts';
import { pipedInput } from '../transcoder/arguments.ts';
import { isCodedAs, matroskaHead, matroskaPicture } from '../transcoder/matroska.ts';
import type { Picture, StreamFacts } from '../video/picture.ts';

/** px; the other side of a standing picture has the same limit. */
const longestSide = 640;
/** bytes */
const largest = 140_000;
/** Of ffmpeg's scale (2 is best), taken one after the other until the picture is small enough. */
const qualities = [4, 12, 31];
/** ms */
const deadline = 3000;

const fit = `scale=w=min(${longestSide}\\,iw):h=min(${longestSide}\\,ih):force_original_aspect_ratio=decrease:force_divisible_by=2`;

export type KeyPicture = Pick<Picture, 'units'>;

export class JpegMaker {
  readonly #ffmpeg: FfmpegHere;
  #last: Promise<unknown> = Promise.resolve();

  constructor(ffmpeg: FfmpegHere) {
    this.#ffmpeg = ffmpeg;
  }

  /** @throws Error in words, when there is no ffmpeg or it makes nothing of it */
  async make(
    picture: KeyPicture,
    facts: Pick<StreamFacts, 'codec' | 'width' | 'height'>,
  ): Promise<Buffer> {
    const made = this.#last.then(() => this.#make(picture, facts));
    this.#last = made.catch(() => undefined); // Whoever asked hears of it.
    return made;
  }

  async #make(
    { units }: KeyPicture,
    { codec, ...size }: Pick<StreamFacts, 'codec' | 'width' | 'height'>,
  ): Promise<Buffer> {
    if ('missing' in this.#ffmpeg) throw new Error(this.#ffmpeg.missing);
    if (!isCodedAs(codec)) throw new Error(`${codec} cannot be decoded`);
    const input = [matroskaHead(codec, size), ...matroskaPicture(codec, { units, isKey: true }, 0)];
    for (const quality of qualities) {
      const jpeg = await runFfmpeg(this.#ffmpeg.command, stillArguments(quality), {
        ...{ deadline, input, most: 4_000_000 },
      });
      if (jpeg.length === 0) throw new Error('no picture came of it');
      if (jpeg.length <= largest) return jpeg;
    }
    throw new Error(`a still of more than ${largest} bytes`);
  }
}

export function stillArguments(quality: number): string[] {
  return [
    ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'error', ...pipedInput],
    ...['-map', '0:v:0', '-an', '-sn', '-dn', '-filter_threads', '1', '-vf', fit],
    ...['-frames:v', '1', '-pix_fmt', 'yuvj420p', '-c:v', 'mjpeg', '-q:v', `${quality}`],
    ...['-f', 'image2pipe', 'pipe:1'],
  ];
}
