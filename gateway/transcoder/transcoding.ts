/**
 * What a camera's stream goes through before it is sent: nothing, or ffmpeg, where browsers cannot show it or masks are to
 * be burnt in. There is one for each stream, which outlives that stream's sessions.
 */
import { isDeepStrictEqual } from 'node:util';
import { RefusedError } from '../../server/contract/errors.ts';
import type { SiteCamera } from '../../server/contract/gateway.ts';
import type { Masks } from '../../server/contract/privacy.ts';
import type { OpenSource } from '../video/source.ts';
import type { FfmpegHere } from './ffmpeg.ts';
import { MaskShape, type ShapeOfMasks } from './mask-shape.ts';
import { TreatedSource, type Treating } from './treated-source.ts';

export class Transcoding {
  readonly #treating: Treating;
  #session: TreatedSource | undefined;

  constructor(
    ffmpeg: FfmpegHere,
    setting: SiteCamera['transcode'],
    shape: ShapeOfMasks = new MaskShape(),
  ) {
    this.#treating = { ffmpeg, setting, masks: [], shape };
  }

  /** Whether masks can be burnt into what this camera sends. */
  static canMask(ffmpeg: FfmpegHere, setting: SiteCamera['transcode']): boolean {
    return setting === 'auto' && !('missing' in ffmpeg);
  }

  /** The same source, with its pictures as they are to be sent. */
  around(open: OpenSource): OpenSource {
    return (events) => {
      const session = new TreatedSource(open, this.#treating, events);
      this.#session = session;
      return session;
    };
  }

  /**
   * From here on no picture comes out without these masks: those that are inside are thrown away.
   * @throws RefusedError `masks-required` when they cannot be burnt in; nothing comes out then either
   */
  setMasks(masks: Masks): void {
    const treating = this.#treating;
    if (!isDeepStrictEqual(masks, treating.masks)) {
      treating.masks = masks;
      treating.shape.set(masks);
      this.#session?.masksChanged();
    }
    if (masks.length === 0 || Transcoding.canMask(treating.ffmpeg, treating.setting)) return;
    const why =
      'missing' in treating.ffmpeg
        ? treating.ffmpeg.missing
        : 'the camera is set not to be transcoded';
    throw new RefusedError('masks-required', `Masks cannot be burnt in: ${why}.`);
  }

  /** A viewer cannot go on without a key picture; a camera whose pictures pass untouched cannot be asked for one. */
  wantKey(): void {
    this.#session?.wantKey();
  }
}
