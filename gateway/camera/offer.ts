/** What is known of a camera's streams, and which layers its zone is offered of them. */
import type { SiteCamera, Trouble } from '../../server/contract/gateway.ts';
import type { SoundCodec } from '../sound/sound.ts';
import type { UploadLayer } from '../upload/upload.ts';
import type { CameraSigns, StreamFacts } from '../video/picture.ts';
import { layersOf, type KnownStreams, type StreamName } from './layers.ts';
import { otherCamera } from './signs.ts';

/** What is remembered of a camera from one run to the next. */
export interface Known {
  readonly streams: KnownStreams;
  readonly signs: Partial<Record<StreamName, CameraSigns>>;
}

/** Once the main stream is known, the sub stream is waited for so long, ms. */
const longestWait = 5000;

export interface OfferParts {
  readonly known: Known | undefined;
  readonly remember: (known: Known) => void;
  /** Whether the sub stream may still say what it is. */
  readonly subMayCome: () => boolean;
  /** The sub stream is not waited for any more. */
  readonly late: () => void;
}

export class Offer {
  readonly #hasSub: boolean;
  readonly #hears: boolean;
  readonly #parts: OfferParts;
  #known: Known;
  #layers: readonly StreamName[] = [];
  #differ: Trouble | undefined;
  #isMasked = false;
  #fixedKeys = false;
  #form = '';
  /** Since when the main stream alone is known. */
  #late: NodeJS.Timeout | undefined;
  #isLate = false;

  constructor({ sub, audio }: SiteCamera, parts: OfferParts) {
    this.#hasSub = sub !== undefined;
    this.#hears = audio;
    this.#parts = parts;
    this.#known = parts.known ?? { streams: {}, signs: {} };
  }

  get streams(): KnownStreams {
    return this.#known.streams;
  }

  /** The smallest first; empty while nothing is known of the main stream. */
  get layers(): readonly StreamName[] {
    return this.#layers;
  }

  /** Whether one of them passes untouched, so that no key picture of it can be asked for. */
  get fixedKeys(): boolean {
    return this.#fixedKeys;
  }

  /** Whose sound is sent: of the stream that is pulled whenever somebody watches, where that has any. */
  get soundOf(): StreamName | undefined {
    if (!this.#hears) return undefined;
    return this.#layers.find((name) => this.#known.streams[name]?.sound?.sentAs);
  }

  get sound(): SoundCodec | undefined {
    return this.soundOf && this.#known.streams[this.soundOf]?.sound?.sentAs;
  }

  /** Why the sub stream is none of them. */
  get trouble(): Trouble | undefined {
    return this.#differ;
  }

  /** @returns that it is another camera than before, which changes nothing of what is known */
  learn(name: StreamName, facts: StreamFacts): Trouble | undefined {
    const { signs = {} } = facts;
    const before = this.#known.signs[name];
    const other = before && otherCamera(before, signs);
    if (other !== undefined) return { code: 'other-camera', detail: other };
    this.#known = {
      streams: { ...this.#known.streams, [name]: facts },
      signs: { ...this.#known.signs, [name]: { ...before, ...signs } },
    };
    this.#parts.remember(this.#known);
    return undefined;
  }

  /** Whatever is known of its streams: masks are burnt into what comes, so that it is encoded at the gateway. */
  mask(isMasked: boolean): void {
    this.#isMasked = isMasked;
  }

  /**
   * Takes up what is known by now.
   * @returns what is to be published, where its sizes, its key pictures or its sound are others than before
   */
  arrange(): UploadLayer[] | undefined {
    if (this.#awaitsSub) return undefined;
    const known = this.#known.streams;
    const usable = this.#hasSub ? known : { main: known.main };
    const { streams, trouble } = layersOf(usable as KnownStreams);
    this.#differ = trouble;
    this.#layers = streams;
    const layers = streams.flatMap((name) => {
      const { width, height, frameRate } = known[name] ?? {};
      return width && height
        ? [{ width, height, frameRate: frameRate && Math.round(frameRate) }]
        : [];
    });
    this.#fixedKeys = !this.#isMasked && streams.some((name) => !known[name]?.transcoded);
    const sizes = layers.map(({ width, height }) => `${width}×${height}`);
    const form = `${sizes.join(' ')} ${this.#fixedKeys} ${this.sound}`;
    if (layers.length === 0 || form === this.#form) return undefined;
    this.#form = form;
    return layers;
  }

  close(): void {
    clearTimeout(this.#late);
  }

  /** So that the two are published at once. */
  get #awaitsSub(): boolean {
    const { main, sub } = this.#known.streams;
    if (!main || sub || this.#isLate || !this.#parts.subMayCome()) return false;
    this.#late ??= setTimeout(() => {
      this.#isLate = true;
      this.#parts.late();
    }, longestWait);
    return true;
  }
}
