/** A site's camera that needs no RTSP: it plays clips, as main and sub stream or alone, into an upload. */
import type { TroubleCode } from '../../../server/contract/gateway.ts';
import type { SpatialLayer } from '../../../server/contract/layers.ts';
import type { Masks } from '../../../server/contract/privacy.ts';
import type { RequestFault } from '../../../server/contract/errors.ts';
import type { OpenUpload, Upload, UploadEvents } from '../../../gateway/upload/upload.ts';
import type { CameraClip } from '../rtsp/clips.ts';

export interface ClipCameraOptions {
  readonly canMask?: boolean;
  readonly events?: Partial<UploadEvents>;
}

export class ClipCamera {
  readonly upload: Upload;
  /** What the server wanted, one after another. */
  readonly wanted: (SpatialLayer | null)[] = [];
  readonly keysWanted: SpatialLayer[] = [];
  readonly fitted: (SpatialLayer | null)[] = [];
  readonly refusals: { fault: RequestFault; again: boolean }[] = [];
  readonly masks: Masks[] = [];
  /** What kept it from sending, one after another; undefined where it could. */
  readonly ways: (TroubleCode | undefined)[] = [];
  /** Told of each picture that is handed over. */
  onSend: (layer: SpatialLayer, timestamp: number, isKey: boolean) => void = () => {};
  /** Streams that are not pulled, since nobody wants them, give no pictures; each begins with a key picture. */
  pulls = true;
  readonly #clips: readonly CameraClip[];
  readonly #timer: NodeJS.Timeout;
  readonly #begun = performance.now();
  readonly #pulled = new Map<SpatialLayer, boolean>();
  #next = 0;

  /** @param clips of the layers, the smallest first */
  constructor(
    open: OpenUpload,
    zone: string,
    clips: readonly CameraClip[],
    { canMask = false, events = {} }: ClipCameraOptions = {},
  ) {
    this.#clips = clips;
    const settings = { name: zone.toLowerCase(), zone, label: 'clip', canMask };
    this.upload = open(settings, {
      wanted: (highest) => this.wanted.push(highest),
      keyWanted: (layer) => this.keysWanted.push(layer),
      masks: async (masks) => void this.masks.push(masks),
      still: async () => undefined,
      fits: (highest) => this.fitted.push(highest),
      way: (missing) => this.ways.push(missing?.code),
      zone: () => {},
      refused: (fault, again) => this.refusals.push({ fault, again }),
      ...events,
    });
    const layers = clips.map(({ width, height, frameRate }) => ({ width, height, frameRate }));
    // As those of a camera whose pictures pass untouched: none can be asked for.
    this.upload.publish(layers, true);
    this.#timer = setInterval(() => this.#play(), 5);
  }

  close(): void {
    clearInterval(this.#timer);
    this.upload.close();
  }

  #play(): void {
    const frameRate = this.#clips[0]?.frameRate ?? 25;
    const due = ((performance.now() - this.#begun) * frameRate) / 1000;
    for (; this.#next <= due; this.#next += 1) {
      for (const [layer, clip] of this.#clips.entries()) this.#show(layer, clip);
    }
  }

  #show(layer: SpatialLayer, { pictures, frameRate }: CameraClip): void {
    const picture = pictures[this.#next % pictures.length];
    const isPulled = !this.pulls || layer <= (this.wanted.at(-1) ?? -1);
    const goesOn = isPulled && this.#pulled.get(layer) === true;
    if (!picture || !isPulled || !(goesOn || picture.isKey)) {
      if (!isPulled) this.#pulled.set(layer, false);
      return;
    }
    this.#pulled.set(layer, true);
    const timestamp = Math.round((this.#next * 90_000) / frameRate);
    this.onSend(layer, timestamp, picture.isKey);
    const { units, isKey } = picture;
    this.upload.send(layer, { units, isKey, timestamp, cameAt: performance.now() });
  }
}
