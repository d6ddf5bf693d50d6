/** One zone's place at the server: it is claimed, published to, kept, and taken again after whatever breaks. */
import type { CameraEvent } from '../../server/contract/camera-event.ts';
import { messageOf, RefusedError, type RequestFault } from '../../server/contract/errors.ts';
import type { SpatialLayer } from '../../server/contract/layers.ts';
import type { Trouble } from '../../server/contract/gateway.ts';
import type { TransportParameters } from '../../server/contract/media.ts';
import type { Masks, PresetMasks } from '../../server/contract/privacy.ts';
import {
  cameraRequests,
  type CameraRequestName,
  type CameraSteering,
  type Done,
} from '../../server/contract/steering.ts';
import type { Sound, SoundCodec } from '../sound/sound.ts';
import type { Picture } from '../video/picture.ts';
import type { Share } from './allocation.ts';
import { LayerRates } from './layer-rates.ts';
import { openRelayBridges } from './relay-bridges.ts';
import { relaysOf } from './relays.ts';
import { delayBefore, isOfUse } from './retry.ts';
import type { CameraLink, ServerLink } from './server-link.ts';
import type { Upload, UploadEvents, UploadFigures, UploadLayer, UploadSettings } from './upload.ts';
import { ZoneMedia, type MediaOptions } from './zone-media.ts';
import { ZoneSound } from './zone-sound.ts';

/** The highest of all layers, as long as the server has not said which it wants. */
const all: SpatialLayer = 1;

/** What is put around a packet on its way, and what a packet holds at most or so; bytes. */
const around = 64;
const perPacket = 1100;

export class ZoneUpload implements Upload, Share {
  readonly #settings: UploadSettings;
  readonly #events: UploadEvents;
  readonly #options: MediaOptions;
  readonly #link: CameraLink;
  readonly #before = { packets: 0, bytes: 0, lost: 0 };
  #media: ZoneMedia | undefined;
  /** What is to be sent, and what the server knows of. */
  #layers: readonly UploadLayer[] = [];
  #fixedKeys = false;
  #published: { readonly producerId: string; readonly form: string } | undefined;
  readonly #sound: ZoneSound;
  #wanted: SpatialLayer | null = null;
  /** The highest layer that the server takes to be sent of what is published; undefined where that is not known. */
  #toldLimit: SpatialLayer | null | undefined;
  #rates = new LayerRates([]);
  /** By layer: parameter sets of its last key picture. */
  #sets: Buffer[][] = [];
  /** That the server lets it send, bit/s. */
  #most = Infinity;
  /** The masks in force, and whether they are burnt into what comes next. */
  #masks: Masks = [];
  #presetMasks: PresetMasks = [];
  #areBurnt = true;
  #told = 0;
  /** Whether it has the zone's place, as far as the server has said over this socket. */
  #isPlaced = false;
  /** How its camera can be steered, and what of that the server has been told; undefined for nothing. */
  #steering: CameraSteering | null | undefined;
  #steeringTold: CameraSteering | null | undefined;
  #tellsSteering = false;
  /** Whether TURN servers are reached by TCP and TLS, too. */
  #byStream = false;
  #stating: Promise<void> | undefined;
  #isChanged = false;
  #tries = 0;
  #refusal: string | undefined;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    server: ServerLink,
    settings: UploadSettings,
    events: UploadEvents,
    options: MediaOptions,
  ) {
    this.#settings = settings;
    this.#events = events;
    this.#options = options;
    this.#link = server.camera(settings.name, {
      up: () => this.#state(),
      // Media goes on; the place is claimed again once there is a socket.
      down: () => this.#unheld(),
      refused: (fault) => this.#tellRefused(fault),
      rejoin: () => this.#rejoin(),
      'layers:wanted': ({ highest }) => this.#want(highest),
      'key:wanted': ({ zone, layer }) => {
        if (zone === settings.zone) events.keyWanted(layer);
      },
      'masks:changed': ({ zone, masks, presetMasks }) => {
        if (zone === settings.zone)
          this.#mask(masks, presetMasks).then(() => this.#state(), this.#giveUp);
      },
      'zone:changed': ({ zone }) => {
        if (zone.id === settings.zone) events.zone(zone);
      },
      'session:ended': (fault) => this.#lose(fault),
      'still:wanted': ({ zone }) => void this.#still(zone),
      'steer:move': (request, answer) => void this.#steer('steer:move', request, answer),
      'steer:presets': (request, answer) => void this.#steer('steer:presets', request, answer),
    });
    this.#sound = new ZoneSound(this.#link, (refusal) => events.noSound?.(refusal));
    options.path.join(this);
  }

  get wanted(): SpatialLayer | null {
    return this.#wanted;
  }

  get rates(): readonly number[] {
    // Sound goes and comes with the lowest layer.
    const { rate: more } = this.#sound;
    return this.#rates.rates.map((rate, layer) => (layer === 0 ? rate + more : rate));
  }

  get most(): number {
    return this.#most;
  }

  onLimit(highest: SpatialLayer | null): void {
    this.#tellLimit();
    this.#events.fits(highest);
  }

  get figures(): UploadFigures {
    const { packets, bytes, lost } = this.#before;
    const now = this.#media?.figures ?? { packets: 0, bytes: 0, lost: 0 };
    return {
      packets: packets + now.packets,
      bytes: bytes + now.bytes,
      lost: lost + now.lost,
    };
  }

  publish(layers: readonly UploadLayer[], fixedKeys = false, sound?: SoundCodec): void {
    const before = this.#form;
    this.#layers = layers;
    this.#fixedKeys = fixedKeys;
    const isOtherSound = this.#sound.want(sound);
    if (this.#form !== before) {
      this.#rates = new LayerRates(layers);
      this.#sets = [];
    }
    this.#options.path.narrow.changed(this);
    if (this.#published?.form !== this.#form || isOtherSound) this.#state();
  }

  send(layer: SpatialLayer, picture: Picture): void {
    const bytes = picture.units.reduce((sum, { length }) => sum + length, 0);
    this.#rates.came(layer, {
      bytes: bytes + around * Math.ceil(bytes / perPacket),
      isKey: picture.isKey,
      now: performance.now(),
    });
    if (picture.isKey) this.#sets[layer] = picture.units.filter(isParameterSet);
    const media = this.#published && this.#media;
    if (!media) return;
    const fits = this.#options.path.narrow.limitOf(this) ?? -1;
    const highest = this.#areBurnt ? Math.min(this.#wanted ?? -1, fits) : -1;
    if (layer > highest) media.rest(layer);
    else media.send(layer, picture);
  }

  steering(steering: CameraSteering | null): void {
    this.#steering = steering;
    void this.#tellSteering();
  }

  /** Masks do not concern it. */
  sendSound(sound: Sound): void {
    const fits = this.#options.path.narrow.limitOf(this);
    const isSent = this.#sound.isPublished && this.#wanted !== null && fits !== null;
    if (isSent) this.#media?.sendSound(sound);
  }

  async tell(event: CameraEvent): Promise<void> {
    if (!this.#media) throw new RefusedError('not-joined', 'The zone is not claimed.');
    await this.#link.request('camera:event', event);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#retry);
    // The answer does not matter: the end of the socket says the same.
    if (this.#link.up) this.#link.request('leave', {}).catch(() => {});
    this.#drop();
    this.#link.close();
    this.#options.path.leave(this);
  }

  /** Says what is wanted and what is there; again, if that changes meanwhile. */
  #state(): void {
    clearTimeout(this.#retry);
    this.#isChanged = true;
    if (this.#closed || !this.#link.up) return;
    this.#stating ??= this.#stateAll()
      .catch((error: unknown) => this.#failed(error))
      .finally(() => {
        this.#stating = undefined;
        if (this.#isChanged && this.#retry === undefined) this.#state();
      });
  }

  async #stateAll(): Promise<void> {
    this.#retry = undefined;
    while (this.#isChanged && !this.#closed && this.#link.up) {
      this.#isChanged = false;
      // After a new connection there is nothing to end before the zone is claimed.
      await this.#withdraw().catch(() => {});
      await this.#claim();
      await this.#publishLayers();
      this.#tellLimit();
      if (this.#published && this.#media) await this.#sound.publish(this.#media);
    }
    this.#tries = 0;
    this.#refusal = undefined;
  }

  /** By which what is published and what is to be are told apart. */
  get #form(): string {
    return JSON.stringify([this.#layers, this.#fixedKeys]);
  }

  /** Ends what is published and is to be another one, before masks are confirmed that the former did not have. */
  async #withdraw(): Promise<void> {
    const published = this.#published;
    if (!published || published.form === this.#form) return;
    await this.#link.request('unpublish', { producerId: published.producerId });
    if (this.#published === published) this.#published = undefined;
  }

  async #claim(): Promise<void> {
    const { zone, label, canMask, canCover } = this.#settings;
    const told = this.#told;
    const before = this.#media;
    const answer = await this.#link.request('claim', {
      ...{ zone, label, masks: canMask, keyFrames: true, ...(canCover && { presetMasks: true }) },
      ...(before && !before.gone ? { transportId: before.id } : {}),
    });
    if (this.#closed) return;
    this.#most = answer.maxBitrate;
    if (answer.transport) {
      this.#drop();
      const { transport } = answer;
      const { ca } = this.#options;
      const relays = this.#byStream ? await openRelayBridges(transport.iceServers, ca) : [];
      if (this.#closed) return relays.forEach(({ bridge }) => bridge.close());
      const media: ZoneMedia = new ZoneMedia(
        transport,
        {
          keyWanted: (layer) => this.#events.keyWanted(layer),
          most: (bitRate) => (this.#most = bitRate),
          lost: () => this.#lost(media),
          way: (missing) => this.#way(media, transport, missing),
          answers: () => this.#link.answers(media.id),
          cutOff: () => this.#link.reopen(),
        },
        { ...this.#options, relays },
      );
      this.#media = media;
      this.#want(all);
    }
    const { producerId } = this.#published ?? {};
    if (!answer.producers.some(({ id }) => id === producerId)) this.#published = undefined;
    this.#sound.keep(answer.producers);
    this.#events.zone(answer.zone);
    this.#isPlaced = true;
    void this.#tellSteering();
    // What was told while the answer was on its way is never older than the answer.
    if (told === this.#told) await this.#mask(answer.masks, answer.presetMasks);
  }

  async #publishLayers(): Promise<void> {
    const media = this.#media;
    const layers = this.#layers;
    const form = this.#form;
    if (!media || layers.length === 0 || this.#published?.form === form) return;
    await this.#withdraw();
    const answer = await this.#link.request('publish', {
      transportId: media.id,
      dtlsParameters: media.link.dtlsParameters,
      kind: 'video',
      ...media.begin(layers, this.#fixedKeys),
    });
    if (media !== this.#media) return;
    this.#published = { producerId: answer.producerId, form };
    this.#toldLimit = layers.length - 1;
    if (this.#form !== form) this.#isChanged = true;
  }

  /** Viewers are led to what is sent; else they would wait until the server finds that nothing comes of the rest. */
  #tellLimit(): void {
    const highest = this.#options.path.narrow.limitOf(this);
    if (!this.#published || !this.#link.up || highest === this.#toldLimit) return;
    this.#toldLimit = highest;
    // After a new connection it is told again.
    this.#link.request('layers:sent', { highest }).catch(() => void (this.#toldLimit = undefined));
  }

  /** Nothing is sent until these masks are in what comes. @throws Error where that cannot be */
  async #mask(masks: Masks, presetMasks: PresetMasks = []): Promise<void> {
    const before = JSON.stringify([this.#masks, this.#presetMasks]);
    if (JSON.stringify([masks, presetMasks]) === before && this.#areBurnt) return;
    const turn = ++this.#told;
    this.#masks = masks;
    this.#presetMasks = presetMasks;
    this.#areBurnt = false;
    this.#media?.forget();
    await this.#events.masks(masks, presetMasks);
    if (turn === this.#told) this.#areBurnt = true;
  }

  async #still(zone: string): Promise<void> {
    const still = await this.#events.still().catch(() => undefined);
    const answer = still
      ? { still: { picture: still.picture, age: Math.max(0, Date.now() - still.at) } }
      : { missing: 'There is no picture of this camera yet.' };
    // The server asks again when somebody does.
    await this.#link.request('still', { zone, ...answer }).catch(() => {});
  }

  async #steer(
    name: CameraRequestName,
    asked: unknown,
    answer: (done: Done) => void,
  ): Promise<void> {
    if (typeof answer !== 'function') return;
    const { steer } = this.#events;
    const request = cameraRequests[name].request.safeParse(asked);
    if (!steer || !request.success) return answer({ ok: false, reason: 'It is not understood.' });
    try {
      answer(await steer(request.data));
    } catch (error) {
      answer({
        ok: false,
        reason: messageOf(error).slice(0, 300) || 'The gateway failed at this.',
      });
    }
  }

  /** Nobody who steers it can reach it. */
  #unheld(): void {
    this.#isPlaced = false;
    this.#steeringTold = undefined;
    this.#events.unheld?.();
  }

  /** What is newest, one after the other; what fails is said again with the next claim. */
  async #tellSteering(): Promise<void> {
    if (this.#tellsSteering || !this.#isPlaced || this.#closed) return;
    this.#tellsSteering = true;
    try {
      while (this.#isPlaced && this.#steering !== this.#steeringTold) {
        const steering = this.#steering;
        if (steering === undefined) break;
        this.#steeringTold = steering;
        await this.#link.request('camera:steering', { steering });
      }
    } catch {
      this.#steeringTold = undefined;
    } finally {
      this.#tellsSteering = false;
    }
  }

  #want(highest: SpatialLayer | null): void {
    const before = this.#wanted ?? -1;
    this.#wanted = highest;
    for (let layer = (highest ?? -1) + 1; layer < this.#layers.length; layer += 1)
      this.#media?.rest(layer);
    if (this.#published && this.#areBurnt) {
      for (let layer = before + 1; layer <= (highest ?? -1); layer += 1)
        this.#media?.announce(layer, this.#sets[layer] ?? []);
    }
    this.#events.wanted(highest);
  }

  #rejoin(): void {
    this.#drop();
    this.#state();
  }

  #lost(media: ZoneMedia): void {
    if (media !== this.#media) return;
    this.#drop();
    this.#state();
  }

  #way(media: ZoneMedia, { iceServers }: TransportParameters, missing?: Trouble): void {
    if (media !== this.#media) return;
    if (!missing || this.#byStream || relaysOf(iceServers).streams.length === 0) {
      this.#events.way(missing);
      return;
    }
    // Each of them is a connection and a place at the TURN server, so they are asked only where nothing else goes.
    this.#byStream = true;
    this.#lost(media);
  }

  #drop(): void {
    const { figures } = this.#media ?? {};
    if (figures) {
      this.#before.packets += figures.packets;
      this.#before.bytes += figures.bytes;
      this.#before.lost += figures.lost;
    }
    this.#media?.close();
    this.#media = undefined;
    this.#published = undefined;
    this.#sound.drop();
  }

  #failed(error: unknown): void {
    if (this.#closed) return;
    const fault: RequestFault =
      error instanceof RefusedError ? error.fault : { code: 'internal', message: messageOf(error) };
    this.#lose(fault);
  }

  /** The place is lost, or was not given. */
  #lose(fault: RequestFault): void {
    if (this.#closed) return;
    this.#unheld();
    this.#tellRefused(fault);
    const { code, retryAfter = 0 } = fault;
    // While it is only asked for in vain, what there is goes on.
    if (code !== 'unavailable' && code !== 'throttled') {
      this.#drop();
      this.#want(null);
    }
    this.#isChanged = false;
    if (!isOfUse(code)) return;
    clearTimeout(this.#retry);
    const delay = Math.max(retryAfter, delayBefore(code, this.#tries));
    this.#tries += 1;
    this.#retry = setTimeout(() => this.#state(), delay);
  }

  #tellRefused(fault: RequestFault): void {
    if (this.#refusal === fault.code) return;
    this.#refusal = fault.code;
    this.#events.refused(fault, isOfUse(fault.code));
  }

  /** The masks cannot be burnt in. */
  readonly #giveUp = (error: unknown): void => {
    this.#events.refused({ code: 'masks-required', message: messageOf(error) }, false);
    this.close();
  };
}

/** SPS or PPS (ITU-T H.264 table 7-1). */
function isParameterSet([head = 0]: Buffer): boolean {
  const type = head & 0x1f;
  return type === 7 || type === 8;
}
