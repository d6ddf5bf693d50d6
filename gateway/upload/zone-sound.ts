/** The sound of one zone's upload: published beside its pictures, which go on whatever becomes of it. */
import { RefusedError } from '../../server/contract/errors.ts';
import type { Response } from '../../server/contract/events.ts';
import type { SoundCodec } from '../sound/sound.ts';
import type { CameraLink } from './server-link.ts';
import { soundRate } from './sound-stream.ts';
import type { ZoneMedia } from './zone-media.ts';

/** Refusals that are of the sound, and not of the place. */
const areOfSound: ReadonlySet<string> = new Set(['unsupported-media', 'invalid-request']);

export class ZoneSound {
  readonly #link: Pick<CameraLink, 'request'>;
  readonly #told: (refusal: string | undefined) => void;
  #wanted: SoundCodec | undefined;
  #published: { readonly producerId: string; readonly codec: SoundCodec } | undefined;
  /** That the server does not take. */
  #refused: SoundCodec | undefined;

  /** @param told why the server takes none of it, in its words; undefined when it does */
  constructor(link: Pick<CameraLink, 'request'>, told: (refusal: string | undefined) => void) {
    this.#link = link;
    this.#told = told;
  }

  /** What it takes of the way, bit/s. */
  get rate(): number {
    return this.#published ? soundRate : 0;
  }

  get isPublished(): boolean {
    return this.#published !== undefined;
  }

  /** What is sent from now on. @returns whether the server does not know of that yet */
  want(codec: SoundCodec | undefined): boolean {
    this.#wanted = codec;
    this.#refused = undefined;
    return this.#published?.codec !== codec;
  }

  /** What the server still receives. */
  keep(producers: Response<'claim'>['producers']): void {
    if (!producers.some(({ id }) => id === this.#published?.producerId)) this.drop();
  }

  /** Its transport is gone. */
  drop(): void {
    this.#published = undefined;
  }

  /** @throws RefusedError where the place itself is lost, or the server does not answer */
  async publish(media: ZoneMedia): Promise<void> {
    const codec = this.#wanted;
    const before = this.#published;
    if (before && before.codec !== codec) {
      this.#published = undefined;
      await this.#link.request('unpublish', { producerId: before.producerId });
    }
    if (codec === undefined || this.#published || this.#refused === codec) return;
    const rtpParameters = media.beginSound(codec);
    try {
      const { producerId } = await this.#link.request('publish', {
        ...{ transportId: media.id, kind: 'audio', rtpParameters },
      });
      this.#published = { producerId, codec };
      this.#told(undefined);
    } catch (error) {
      if (!(error instanceof RefusedError) || !areOfSound.has(error.fault.code)) throw error;
      this.#refused = codec;
      this.#told(error.fault.message);
    }
  }
}
