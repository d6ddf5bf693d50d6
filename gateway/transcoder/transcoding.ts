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

/** How masks are burnt in. */
export interface MaskedHow {
  readonly drawn?: Masks;
  readonly coverable?: boolean;
}

export class Transcoding {
  readonly #treating: Treating;
  #session: TreatedSource | undefined;

  constructor(
    ffmpeg: FfmpegHere,
    setting: SiteCamera['transcode'],
    shape: ShapeOfMasks = new MaskShape(),
  ) {
    this.#treating = {
      ...{ ffmpeg, setting, shape, masks: [], drawn: [] },
      ...{ coverable: false, coveredUntil: Infinity },
    };
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
   * @param drawn all masks of the zone, which were drawn on pictures of one shape
   * @param coverable the camera moves: pictures are covered wholly, too, as `cover` says
   * @throws RefusedError `masks-required` when they cannot be burnt in; nothing comes out then either
   */
  setMasks(masks: Masks, { drawn = masks, coverable = false }: MaskedHow = {}): void {
    const treating = this.#treating;
    const { masks: before, drawn: drawnBefore, coverable: wasCoverable } = treating;
    const asked = { masks, drawn, coverable };
    const held = { masks: before, drawn: drawnBefore, coverable: wasCoverable };
    if (!isDeepStrictEqual(asked, held)) {
      Object.assign(treating, asked);
      treating.shape.set(drawn);
      this.#session?.masksChanged();
    }
    const hides = masks.length > 0 || coverable;
    if (!hides || Transcoding.canMask(treating.ffmpeg, treating.setting)) return;
    const why =
      'missing' in treating.ffmpeg
        ? treating.ffmpeg.missing
        : 'the camera is set not to be transcoded';
    throw new RefusedError('masks-required', `Masks cannot be burnt in: ${why}.`);
  }

  /** Nothing is seen of pictures that come before `until`, ms of `performance.now()`; those of now are past it at once. */
  cover(until: number): void {
    this.#treating.coveredUntil = until;
  }

  /** A viewer cannot go on without a key picture; a camera whose pictures pass untouched cannot be asked for one. */
  wantKey(): void {
    this.#session?.wantKey();
  }
}
