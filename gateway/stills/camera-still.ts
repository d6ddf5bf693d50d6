/**
 * The still of one camera, of the last key picture that was sent: after the masks, since that is what is sent. It stays
 * when the camera sleeps, and goes when masks change.
 */
import type { Still } from '../../server/contract/gateway.ts';
import type { Picture } from '../video/picture.ts';
import type { JpegMaker } from './jpeg-maker.ts';

interface Kept {
  /** A copy, so that nothing else of the stream is held in memory. */
  readonly units: readonly Buffer[];
  /** ms of `performance.now()` */
  readonly cameAt: number;
  /** The same, ms since the epoch. */
  readonly at: number;
}

export class CameraStill {
  readonly #maker: JpegMaker;
  #kept: Kept | undefined;
  #made: { readonly of: Kept; readonly still: Promise<Still> } | undefined;

  constructor(maker: JpegMaker) {
    this.#maker = maker;
  }

  /** Any picture as it is sent, of either stream; the newest key picture is kept. */
  show({ units, isKey, cameAt }: Picture): void {
    // The streams of one camera are not equally late, and what was seen already is not followed by what was before.
    if (!isKey || cameAt < (this.#kept?.cameAt ?? -Infinity)) return;
    this.#kept = {
      units: units.map((unit) => Buffer.from(unit)),
      cameAt,
      at: Date.now() - (performance.now() - cameAt),
    };
  }

  /**
   * Made when it is asked for or prepared, once for each key picture.
   * @returns undefined where there is no picture, or its masks are not those of now
   * @throws Error in words, when it cannot be made
   */
  async still(): Promise<Still | undefined> {
    const kept = this.#kept;
    if (!kept) return undefined;
    if (this.#made?.of !== kept) this.#made = { of: kept, still: this.#make(kept) };
    const { still, of } = this.#made;
    const made = await still;
    // Another key picture may have come meanwhile; none at all is there when all were forgotten.
    return this.#kept && this.#made?.of === of ? made : undefined;
  }

  /** Makes it before it is asked for: ffmpeg takes a fifth of a second, and more on a busy machine. */
  prepare(): void {
    void this.still().catch(() => {}); // Told to whoever asks for it.
  }

  /** What was shown so far is not to be seen any more. */
  forget(): void {
    this.#kept = undefined;
    this.#made = undefined;
  }

  async #make({ units, at }: Kept): Promise<Still> {
    // Decoders take the size from the picture itself.
    const picture = await this.#maker.make({ units }, { codec: 'H264', width: 0, height: 0 });
    return { picture: new Uint8Array(picture), at };
  }
}
