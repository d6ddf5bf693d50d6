/** The session of the console: films a zone or watches one, and exposes what is so. */
import { RefusedError } from '../../../server/contract/errors.ts';
import type { Latency } from '../../../server/contract/latency.ts';
import type { FeedRefusal } from '../../../server/contract/feed.ts';
import type { SpatialLayer } from '../../../server/contract/layers.ts';
import type { Masks } from '../../../server/contract/privacy.ts';
import type { ZoneSummary } from '../../../server/contract/zone.ts';
import { Meter } from '../figures/meter.svelte.ts';
import { CameraSource } from './camera-source.ts';
import { CaptureError, type CaptureChoice } from './capture.ts';
import { Connection } from './connection.svelte.ts';
import { faultOf, isLasting, isPassing, type Fault } from './faults.ts';
import { rememberActive } from './identity.ts';
import { samePlace, windowPlace, type Place } from './place.ts';
import { Latencies } from './latencies.ts';
import { Publisher } from './publisher.ts';
import { chosenCodec } from './remembered.ts';
import { showTracks } from './show-tracks.ts';
import { statusOf, type Role } from './status.ts';
import { Watcher } from './watcher.ts';
import { actualCapture } from './whole-picture.ts';

const reading = { soon: 200, usual: 1000 }; // ms between two looks at the statistics
const retryDelay = 1000; // ms

export class SurveillanceSession {
  role = $state<Role>('operator');
  zone = $state('');
  active = $state(false);
  fault = $state.raw<Fault>();
  /** Why there is no picture of the watched zone although it has a camera. */
  refusal = $state.raw<FeedRefusal>();
  current = $state.raw<ZoneSummary>();
  stream = $state.raw<MediaStream>();
  hasAudio = $state(false);
  capture = $state<CaptureChoice>({ deviceId: '', width: 1280, height: 720, frameRate: 30 });
  sendAudio = $state(false);
  /** The highest layer that the server asks of this camera; null for none, undefined for all. */
  wanted = $state<SpatialLayer | null>();
  /** The camera's privacy masks in force. */
  masks = $state.raw<Masks>([]);
  /** The camera's picture without masks; for drawing them on this page only, and never sent. */
  unmasked = $state.raw<MediaStream>();
  readonly meter = new Meter();
  readonly connection = new Connection(
    () => void this.#join(),
    () => (this.#returning = true),
    (fault) => this.#fail(fault),
  );
  readonly #latencies = new Latencies(this.connection.signaling);
  #place = $state.raw<Place>(windowPlace());
  #returning = $state(false);
  #joined = $state(false);
  #hasMedia = $state(false);
  #transportUp = $state(false);
  readonly asleep = $derived(this.role === 'camera' ? this.wanted === null : !this.#place.visible);
  readonly status = $derived(
    statusOf({
      role: this.role,
      active: this.active,
      failed: this.fault !== undefined || isLasting(this.refusal),
      socketUp: this.connection.up,
      returning: this.#returning || this.refusal !== undefined,
      joined: this.#joined && !this.refusal,
      hasMedia: this.#hasMedia,
      transportUp: this.#transportUp,
      frames: this.meter.frames,
      asleep: this.asleep,
    }),
  );

  /** How old the picture is by its parts; undefined while that is not known. */
  get latency(): Latency | undefined {
    return this.status === 'STREAMING' ? this.#latencies.of(this.zone) : undefined;
  }

  readonly #source = new CameraSource({
    opened: ({ camera }) => (this.unmasked = new MediaStream([camera])),
    failed: (error) => this.#failed(error),
    ended: () => this.#fail(faultOf('no-device', 'The camera was unplugged.')),
  });
  #media: Watcher | Publisher | undefined;
  #masksTold = 0;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    const { socket } = this.connection.signaling;
    socket.on('zone:changed', ({ zone }) => {
      if (zone.id === this.zone) this.current = zone;
    });
    socket.on('zones:withdrawn', ({ zones }) => {
      if (this.active && zones.includes(this.zone)) this.#fail(faultOf('forbidden', ''));
    });
    socket.on('layers:wanted', ({ highest }) => this.#sleep(highest));
    socket.on('masks:changed', ({ zone, masks }) => this.#changeMasks(zone, masks));
    socket.on('rejoin', () => this.#rejoin());
    window.addEventListener('online', () => this.#media?.restartIce());
  }

  /** Starts as camera or operator; called again after a fault, it begins afresh. */
  async start(role: Role, zone: string): Promise<void> {
    this.#reset();
    this.role = role;
    this.zone = zone.trim().toUpperCase();
    this.active = true;
    rememberActive(true);
    if (role === 'camera') this.#source.open(this.capture);
    const { connection } = this;
    let device;
    try {
      device = await connection.device;
    } catch {
      return this.#fail(faultOf('no-webrtc', ''));
    }
    if (!this.active) return;
    const changed = (): void => this.#mediaChanged();
    const dead = (): void => this.#renew();
    if (role === 'operator') {
      const failed = (error: unknown): void => this.#failed(error);
      this.#media = new Watcher(connection.signaling, device, changed, dead, failed);
    } else {
      const codec = chosenCodec() ?? connection.page.codec;
      this.#media = new Publisher(connection.signaling, device, codec, changed, dead);
    }
    if (connection.up) void this.#join();
    else connection.open();
    this.#read();
  }

  /** Ends the session; a person has to start the next one. */
  end(): void {
    rememberActive(false);
    if (this.connection.up) {
      // Nothing hangs on the answer: the disconnection that follows says the same.
      this.connection.signaling.request('leave', {}).catch(() => {});
    }
    this.#reset();
    this.connection.close();
  }

  /** Changes the watched zone over the same transport. */
  switchTo(zone: string): void {
    if (zone === this.zone || !(this.#media instanceof Watcher)) return;
    this.zone = zone;
    this.current = this.connection.zones.find(({ id }) => id === zone);
    this.meter.restart();
    void this.#join();
    this.#read();
  }

  /** Says where the picture is on the screen: the server sends what that needs. */
  show(place: Place): void {
    if (samePlace(place, this.#place)) return;
    if (place.visible !== this.#place.visible) this.meter.restart();
    this.#place = place;
    if (!(this.#media instanceof Watcher) || !this.#joined || !this.connection.up) return;
    this.#media.view([this.#tile()]).catch((error: unknown) => this.#failed(error));
  }

  /** Films with another device, size or frame rate. */
  changeCapture(choice: Partial<CaptureChoice>): void {
    this.capture = { ...this.capture, ...choice };
    if (!this.active || this.role !== 'camera') return;
    this.#source.open(this.capture);
    void this.#join();
  }

  /**
   * Puts it in the audit that a picture of the watched zone is saved.
   * @throws RefusedError when it may not be saved, or cannot be recorded
   */
  async reportSnapshot(): Promise<void> {
    await this.connection.signaling.request('snapshot', { zone: this.zone });
  }

  async changeAudio(send: boolean): Promise<void> {
    this.sendAudio = send;
    if (!(this.#media instanceof Publisher)) return;
    try {
      if (send) await this.#media.sendAudio(await this.#source.microphone());
      else {
        await this.#media.stop('audio');
        this.#source.closeMicrophone();
      }
    } catch {
      this.sendAudio = !send;
    }
  }

  #tile() {
    return { zone: this.zone, ...this.#place, focused: true };
  }

  async #join(): Promise<void> {
    const media = this.#media;
    if (!media || !this.active) return;
    clearTimeout(this.#retry);
    const attempt = ++this.#attempt;
    try {
      const zone =
        media instanceof Watcher
          ? (await media.watch([this.#tile()]))?.zones[0]
          : await this.#film(media);
      if (!zone || media !== this.#media) return;
      this.current = zone;
      this.#joined = true;
      this.#mediaChanged();
    } catch (error) {
      // A later attempt replaced the transport under this one; that one's outcome counts.
      if (media === this.#media && attempt === this.#attempt) this.#failed(error);
    }
  }

  async #film(publisher: Publisher): Promise<ZoneSummary | undefined> {
    const label = navigator.platform || 'camera';
    const told = this.#masksTold;
    const claimed = publisher.claim(this.zone, label).then(({ zone, masks }) => {
      // What was told while the answer was on its way is never older than the answer.
      if (told === this.#masksTold) this.masks = masks;
      return zone;
    });
    const [zone] = await Promise.all([claimed, this.#source.video]);
    if (!(await this.#sendVideo(publisher))) return undefined;
    if (this.sendAudio) await publisher.sendAudio(await this.#source.microphone());
    return zone;
  }

  /** Sends the camera's picture with the masks in force; false when it is not wanted any more. */
  async #sendVideo(publisher: Publisher): Promise<boolean> {
    const video = await this.#source.video;
    let sent: MediaStreamTrack | undefined;
    while (publisher === this.#media && video) {
      const track = video.trackWith(this.masks);
      if (track === sent) return true;
      this.stream = new MediaStream([track]);
      await publisher.sendVideo(track, actualCapture(video.camera.getSettings(), this.capture));
      sent = track; // Masks may have come meanwhile, and another track with them.
    }
    return false;
  }

  #changeMasks(zone: string, masks: Masks): void {
    const media = this.#media;
    if (!(media instanceof Publisher) || zone !== this.zone) return;
    this.#masksTold += 1;
    this.masks = masks;
    this.#source.video
      ?.then((video) => video.trackWith(masks))
      .catch((error: unknown) => this.#failed(error));
    void this.#join(); // which confirms them
  }

  #sleep(highest: SpatialLayer | null): void {
    if (!(this.#media instanceof Publisher)) return;
    if ((highest === null) !== (this.wanted === null)) this.meter.restart();
    this.wanted = highest;
    this.#media.sendUpTo(highest).catch((error: unknown) => this.#failed(error));
  }

  #failed(error: unknown): void {
    if (!this.active) return;
    const code =
      error instanceof RefusedError || error instanceof CaptureError ? error.code : 'internal';
    if (isPassing(code) || (code === 'zone-occupied' && this.#returning)) {
      clearTimeout(this.#retry);
      this.#retry = setTimeout(() => this.connection.up && void this.#join(), retryDelay);
      return;
    }
    this.#fail(faultOf(code, error instanceof Error ? error.message : String(error)));
  }

  #fail(fault: Fault): void {
    this.end();
    this.fault = fault;
  }

  #rejoin(): void {
    this.#media?.drop();
    this.#renew();
  }

  /** Asks for another connection; what is shown stays until that one brings more. */
  #renew(): void {
    this.#returning = true;
    this.#joined = false;
    if (this.connection.up) void this.#join();
  }

  #mediaChanged(): void {
    const media = this.#media;
    this.#transportUp = media?.transportUp ?? false;
    this.refusal = media instanceof Watcher ? media.refusal(this.zone) : undefined;
    if (media instanceof Watcher) {
      const tracks = media.tracks(this.zone);
      this.#hasMedia = tracks.length > 0;
      // One stream for whatever zone it shows. Not before it has tracks: a video element holds back the
      // page's load event until an empty one has some (HTML §4.8.11.5).
      if (this.#hasMedia) this.stream ??= new MediaStream();
      if (this.stream) showTracks(this.stream, tracks);
      this.hasAudio = tracks.some(({ kind }) => kind === 'audio');
    } else {
      this.#hasMedia = media?.hasMedia ?? false;
      this.hasAudio = false;
    }
    if (!this.#hasMedia) this.meter.restart();
  }

  /** Looks at the statistics again and again: often until frames flow, then once a second. */
  #read(): void {
    clearTimeout(this.#timer);
    if (!this.active) return;
    const media = this.#media;
    void (async () => {
      const rows =
        media instanceof Watcher ? (await media.stats()).get(this.zone) : await media?.stats();
      if (rows?.length && media === this.#media) {
        this.meter.read(rows);
        this.#time();
      }
      if (this.meter.frames === 'flowing') this.#returning = true;
    })()
      .catch(() => {}) // A transport may close while it is asked; the next reading tells.
      .finally(() => {
        clearTimeout(this.#timer);
        const wait = this.meter.frames === 'none' ? reading.soon : reading.usual;
        this.#timer = setTimeout(() => this.#read(), wait);
      });
  }

  /** Tells and asks how old the picture is. */
  #time(): void {
    const { camera, viewer } = this.meter.timing;
    if (this.role === 'camera') {
      if (camera) this.#latencies.tell(camera);
    } else void this.#latencies.ask(viewer ? [{ zone: this.zone, viewer }] : []);
  }

  #reset(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#retry);
    if (this.#media instanceof Watcher) this.#media.close();
    else this.#media?.drop();
    this.#media = undefined;
    this.#source.close();
    this.active = false;
    this.fault = undefined;
    this.current = undefined;
    this.stream = undefined;
    this.unmasked = undefined;
    this.masks = [];
    this.wanted = undefined;
    this.#joined = false;
    this.#returning = false;
    this.#mediaChanged();
    this.meter.clear();
  }
}
