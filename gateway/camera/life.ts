/**
 * A camera's life: it learns what the camera sends, keeps its zone's place at the server, pulls what is watched there
 * and nothing else, and says how the camera does. Whatever goes wrong in it stays in it.
 */
import type { Logger } from 'pino';
import { messageOf, type RequestFault } from '../../server/contract/errors.ts';
import type {
  SiteCamera,
  SiteCameraReport,
  SiteCameraState,
  Trouble,
} from '../../server/contract/gateway.ts';
import type { SpatialLayer } from '../../server/contract/layers.ts';
import type { Hidden } from '../../server/contract/privacy.ts';
import { Hiding } from '../places/hiding.ts';
import { Steering } from '../steering/steering.ts';
import type { Upload, UploadEvents, UploadFigures } from '../upload/upload.ts';
import type { Sound } from '../sound/sound.ts';
import type { Picture, StreamFacts } from '../video/picture.ts';
import { KeyAsking, type KeyOutcome } from './key-asking.ts';
import { streamNames, type StreamName } from './layers.ts';
import type { LifeParts, StreamWay } from './life-parts.ts';
import { Noticed } from './noticed.ts';
import { Offer } from './offer.ts';
import { asOwnWork } from './own-work.ts';
import { PasswordBudget } from './password-budget.ts';
import { addressOf, describe, soundReport } from './report.ts';
import { StateLog } from './state-log.ts';
import { Stream } from './stream.ts';
import { refusalTrouble } from './refusal.ts';

export class CameraLife {
  readonly camera: SiteCamera;
  readonly #setIn: SiteCameraReport['setIn'];
  readonly #parts: LifeParts;
  readonly #log: Logger;
  readonly #stateLog: StateLog;
  readonly #ways = new Map<StreamName, StreamWay>();
  readonly #streams = new Map<StreamName, Stream>();
  readonly #offer: Offer;
  readonly #hiding: Hiding;
  readonly #keys: KeyAsking | undefined;
  #noticed: Noticed | undefined;
  /** Streams whose facts are to be seen once in this run, whoever watches. */
  readonly #unseen = new Set<StreamName>();
  #upload: Upload | undefined;
  #wanted: SpatialLayer | null = null;
  #fits: SpatialLayer | null | undefined;
  /** Why the server takes no sound of it. */
  #noSound: string | undefined;
  /** Why its pictures do not come to the server, though it has a place there. */
  #noWay: Trouble | undefined;
  /** Why it has no place at the server, and whether it goes on trying to have it. */
  #refused: { readonly trouble: Trouble; readonly again: boolean } | undefined;
  /** Layers that are wanted and have not begun with a key picture yet. */
  readonly #begins = new Set<StreamName>(streamNames);
  readonly #steering: Steering | undefined;
  #closed = false;

  constructor(camera: SiteCamera, setIn: SiteCameraReport['setIn'], parts: LifeParts) {
    this.camera = camera;
    this.#setIn = setIn;
    this.#parts = parts;
    this.#offer = new Offer(camera, {
      ...{ known: parts.known, remember: parts.remember },
      subMayCome: () => {
        const sub = this.#streams.get('sub');
        return sub !== undefined && !sub.trouble;
      },
      late: () => this.#arrange(),
    });
    this.#log = parts.log.child({ camera: camera.name, zone: camera.zone });
    this.#stateLog = new StateLog(this.#log);
    this.#hiding = new Hiding({
      ways: () => this.#ways.values(),
      moves: !parts.device?.steerable || parts.turning?.isFixed ? false : undefined,
      forget: () => parts.stills?.forget(),
      changed: () => this.#steering?.guardChanged(),
    });
    if (!camera.enabled) return;
    const { keyFrames, steerable } = parts.device ?? {};
    if (steerable) {
      this.#steering = new Steering({
        ...{ camera: steerable, guard: this.#hiding, log: this.#log },
        tell: (steering) => {
          this.#upload?.steering?.(steering);
          this.#tell();
        },
        learnt: (isFixed) => parts.turning?.learn(isFixed),
      });
    }
    if (keyFrames) this.#keys = new KeyAsking(keyFrames, () => this.#tell());
    const budget = parts.budget ?? new PasswordBudget();
    for (const name of streamNames) {
      if (name === 'sub' && camera.sub === undefined) continue;
      this.#unseen.add(name);
      this.#streams.set(name, this.#stream(name, budget));
    }
  }

  /** Begins; apart from the constructor, since everything that it tells may come at once. */
  start(): void {
    this.#steering?.start();
    this.#arrange();
    this.#pull();
    this.#tell();
    const { events } = this.#parts.device ?? {};
    if (!events || !this.camera.enabled) return;
    this.#noticed = new Noticed(events, async (event) => {
      if (!this.#upload?.tell) throw new Error('it has no place at the server yet');
      await this.#upload.tell(event);
    });
  }

  get state(): SiteCameraState {
    const streams = [...this.#streams.values()];
    if (!this.camera.enabled) return 'off';
    if (this.#refused?.again === false || this.#streams.get('main')?.givenUp) return 'failed';
    if (streams.some(({ live }) => live)) return 'live';
    return this.#wanted !== null || streams.some(({ wanted }) => wanted) ? 'trying' : 'asleep';
  }

  get trouble(): Trouble | undefined {
    const [main, sub] = streamNames.map((name) => this.#streams.get(name)?.trouble);
    return this.#refused?.trouble ?? this.#noWay ?? main ?? sub ?? this.#offer.trouble;
  }

  get report(): SiteCameraReport {
    const { name, zone, label, url } = this.camera;
    const top = this.#offer.layers.length - 1;
    const { state, trouble } = this;
    const clockOffset = this.#parts.device?.clockOffset?.();
    return {
      ...{ name, zone, label, setIn: this.#setIn, address: addressOf(url), state },
      ...(trouble && { trouble }),
      streams: describe(this.#offer.streams, this.#streams),
      narrow: this.#fits !== undefined && (this.#fits ?? -1) < top,
      ...(clockOffset !== undefined && { clockOffset }),
      ...(this.#keys?.trouble && { keyFrames: this.#keys.trouble }),
      ...(this.#hiding.covered && this.#steering?.missing && { covered: this.#steering.missing }),
      ...(this.camera.audio && soundReport(this.#offer, this.#noSound)),
    };
  }

  /** What has come of the camera so far, by stream. */
  get streams(): ReadonlyMap<StreamName, Stream> {
    return this.#streams;
  }

  /** What has come of asking it for key pictures; undefined where it cannot be asked. */
  get keyAsking(): Readonly<Record<KeyOutcome, number>> | undefined {
    return this.#keys?.counts;
  }

  /** What the camera has noticed; undefined where it tells nothing of that kind. */
  get noticed(): Pick<Noticed, 'counts' | 'isUp'> | undefined {
    return this.#noticed;
  }

  get uploaded(): UploadFigures | undefined {
    return this.#upload?.figures;
  }

  /** Something of it has thrown where nobody catches: nobody knows what that left half done, so its streams begin anew. */
  fault(error: unknown): void {
    this.#log.error({ err: error }, 'a fault at a camera');
    for (const stream of this.#streams.values()) {
      if (stream.pulled) stream.fail({ code: 'internal', detail: messageOf(error).slice(0, 300) });
    }
  }

  /** Ends its sessions with the camera, and gives the zone back. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#offer.close();
    this.#stateLog.close();
    this.#hiding.close();
    this.#keys?.close();
    const streams = [...this.#streams.values()];
    // First, as what moves is to stop whatever else ends.
    const stopped = this.#steering?.close();
    this.#upload?.close();
    await Promise.all([
      stopped,
      this.#noticed?.close(),
      ...streams.map((stream) => stream.close()),
    ]);
  }

  #stream(name: StreamName, budget: PasswordBudget): Stream {
    const way = this.#parts.streamWay(name);
    this.#ways.set(name, way);
    return new Stream({
      open: way.open,
      budget: budget.share(),
      events: {
        facts: (facts) => this.#learn(name, facts),
        picture: (picture) => this.#send(name, picture),
        awaitsKey: () => this.#keys?.want(name),
        sound: (sound) => this.#sendSound(name, sound),
        changed: () => {
          if (!this.#streams.get(name)?.pulled) this.#keys?.rests(name);
          this.#arrange();
          this.#tell();
          const rests = [...this.#streams.values()].every(({ pulled }) => !pulled);
          if (rests && !this.#closed) this.#parts.stills?.prepare?.();
        },
        fault: (error) => this.#log.error({ err: error }, 'a fault at a camera'),
      },
      random: this.#parts.random,
    });
  }

  #learn(name: StreamName, facts: StreamFacts): Trouble | undefined {
    const trouble = this.#offer.learn(name, facts);
    if (trouble) return trouble;
    if (this.#unseen.delete(name)) this.#pull();
    this.#arrange();
    this.#tell();
    return undefined;
  }

  /** Takes what is known of the streams, and publishes where that makes other layers than before. */
  #arrange(): void {
    if (this.#closed) return;
    const layers = this.#offer.arrange();
    const { soundOf, sound } = this.#offer;
    for (const [name, way] of this.#ways)
      way.wantSound?.(soundOf === undefined || soundOf === name);
    if (!layers || !this.camera.enabled) return;
    for (const name of streamNames) this.#begins.add(name);
    this.#upload ??= this.#open();
    this.#upload.publish(layers, this.#offer.fixedKeys, sound);
    this.#pull();
  }

  #open(): Upload {
    const { zone, label, name } = this.camera;
    const { openUpload, canMask, stills } = this.#parts;
    const steering = this.#steering;
    const events: UploadEvents = {
      wanted: (highest) => {
        this.#wanted = highest;
        if (this.#steering) this.#steering.watched = highest !== null;
        if (highest !== null) this.#refused = undefined;
        this.#pull();
      },
      // A camera cannot be asked for one by RTSP; what encodes again can, and so can a camera's other services.
      keyWanted: (layer) => {
        const name = this.#offer.layers[layer];
        if (!name) return;
        this.#ways.get(name)?.wantKey();
        if (!this.#isTreated(name)) this.#keys?.want(name);
      },
      masks: (masks, presetMasks) => this.#mask({ masks, presetMasks }),
      still: async () => stills?.still(),
      fits: (highest) => {
        this.#fits = highest;
        this.#pull();
      },
      way: (missing) => {
        this.#noWay = missing;
        this.#tell();
      },
      noSound: (why) => {
        this.#noSound = why;
        this.#tell();
      },
      zone: () => {
        this.#refused = undefined;
        this.#tell();
      },
      refused: (fault, again) => this.#refuse(fault, again),
      ...(steering && {
        steer: (request) => steering.answer(request),
        unheld: () => steering.unheld(),
      }),
    };
    const upload = openUpload(
      {
        ...{ name, zone, label: label || name, canMask },
        canCover: canMask && steering !== undefined,
      },
      asOwnWork(events, (error) => this.fault(error)),
    );
    if (steering) upload.steering?.(steering.now);
    return upload;
  }

  #refuse(fault: RequestFault, again: boolean): void {
    const trouble = refusalTrouble(fault);
    if (!trouble) return;
    this.#refused = { trouble, again };
    this.#wanted = null;
    this.#pull();
    this.#tell();
  }

  /** @throws RefusedError when they cannot be burnt in */
  async #mask(hidden: Hidden): Promise<void> {
    this.#parts.stills?.forget();
    for (const name of this.#ways.keys()) this.#begins.add(name);
    this.#hiding.set(hidden);
    // Published anew: what the server keeps of the pictures before is not shown any more.
    this.#offer.mask(this.#hiding.hides);
    this.#arrange();
    for (const stream of this.#streams.values()) {
      if (stream.trouble?.code === 'masks-required') stream.again();
    }
  }

  /** The highest layer that is watched and that the uplink has room for; -1 for none. */
  get #highest(): number {
    const fits = this.#fits === undefined ? Infinity : (this.#fits ?? -1);
    return Math.min(this.#wanted ?? -1, fits);
  }

  /** What stills are made of: the main stream where it is pulled, else the sub stream, so that they never grow old. */
  get #largestLive(): StreamName | undefined {
    return this.#offer.layers.findLast((name) => this.#streams.get(name)?.live);
  }

  #pull(): void {
    if (this.#closed) return;
    const highest = this.#highest;
    for (const [name, stream] of this.#streams) {
      const layer = this.#offer.layers.indexOf(name);
      const sent = layer !== -1 && layer <= highest;
      if (!sent) this.#begins.add(name);
      stream.want(sent || this.#unseen.has(name));
    }
    this.#tell();
  }

  #send(name: StreamName, picture: Picture): void {
    const layer = this.#offer.layers.indexOf(name);
    if (picture.isKey) this.#keys?.came(name);
    if (picture.isKey && name === this.#largestLive) this.#parts.stills?.show(picture);
    if (layer === -1 || layer > this.#highest) return;
    if (this.#begins.has(name)) {
      if (!picture.isKey) return this.#keys?.want(name);
      this.#begins.delete(name);
    }
    this.#upload?.send(layer, picture);
  }

  /** Whether it is encoded here, so that its key pictures are not the camera's. */
  #isTreated(name: StreamName): boolean {
    return this.#offer.streams[name]?.transcoded ?? false;
  }

  #sendSound(name: StreamName, sound: Sound): void {
    if (name !== this.#offer.soundOf || this.#highest < 0) return;
    this.#upload?.sendSound?.(sound);
  }

  #tell(): void {
    if (this.#closed) return;
    this.#stateLog.tell(this.state, this.trouble);
    this.#parts.changed();
  }
}
