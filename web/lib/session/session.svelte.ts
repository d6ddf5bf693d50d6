/** The session of the console: films a zone or watches one, and exposes what is so. */
import { RefusedError } from '../../../server/contract/errors.ts';
import type { Latency } from '../../../server/contract/latency.ts';
import type { FeedRefusal } from '../../../server/contract/feed.ts';
import type { SpatialLayer } from '../../../server/contract/layers.ts';
import type { Masks } from '../../../server/contract/privacy.ts';
import type { ZoneSummary } from '../../../server/contract/zone.ts';
import { Meter } from '../figures/meter.svelte.ts';
import { Camera } from './camera.svelte.ts';
import { CaptureError, type CaptureChoice } from './capture.ts';
import { ServerConnection } from './server-connection.svelte.ts';
import { faultOf, isLasting, isPassing, pauseBefore, type Fault } from './faults.ts';
import { rememberActive, unattended } from './identity.ts';
import { observeDevices } from './observe-devices.ts';
import { samePlace, windowPlace, type Place } from './place.ts';
import { Latencies } from './latencies.ts';
import { Publisher } from './publisher.ts';
import { chosenCodec } from './remembered.ts';
import { isReturning, retryDelay } from './retry.ts';
import { showTracks } from './show-tracks.ts';
import { Sound } from './sound.svelte.ts';
import { statusOf, type Role } from './status.ts';
import { Waiting } from './waiting.svelte.ts';
import { Watcher } from './watcher.ts';
import { actualCapture } from './whole-picture.ts';

const reading = { soon: 200, usual: 1000 }; // ms between two looks at the statistics

export class SurveillanceSession {
  role = $state<Role>('operator');
  zone = $state('');
  /** A person, or the page's address, wants this session to go on. */
  active = $state(false);
  /** Why it failed; it may still be tried again by itself. */
  fault = $state.raw<Fault>();
  /** Why there is no picture of the watched zone although it has a camera. */
  refusal = $state.raw<FeedRefusal>();
  current = $state.raw<ZoneSummary>();
  stream = $state.raw<MediaStream>();
  hasAudio = $state(false);
  readonly sound = new Sound(() => (this.#media instanceof Publisher ? this.#media : undefined));
  /** The highest layer that the server asks of this camera; null for none, undefined for all. */
  wanted = $state<SpatialLayer | null>();
  /** The camera's privacy masks in force. */
  masks = $state.raw<Masks>([]);
  /** The camera's picture without masks; for drawing them on this page only, and never sent. */
  unmasked = $state.raw<MediaStream>();
  readonly meter = new Meter();
  readonly connection = new ServerConnection(
    () => void this.#join(),
    () => (this.#returning = true),
    (fault) => this.#fail(fault),
  );
  readonly waiting = new Waiting(() => void this.#begin());
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

  readonly camera = new Camera({
    opened: (video) => (this.unmasked = new MediaStream([video.camera])),
    failed: (error) => this.#failed(error),
    ended: () => this.#fail(faultOf('no-device', '')),
  });
  #media: Watcher | Publisher | undefined;
  /** Pictures have flowed since the session was started. */
  #worked = false;
  #masksTold = 0;
  #beginning = 0;
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
    socket.on('zones:changed', () => this.#lookForPlace());
    window.addEventListener('online', () => this.#media?.restartIce());
    observeDevices(() => this.#devicesChanged());
  }

  /** Starts as camera or operator; called again after a fault, it begins afresh. */
  async start(role: Role, zone: string): Promise<void> {
    this.#reset();
    this.role = role;
    this.zone = zone.trim().toUpperCase();
    this.active = true;
    rememberActive(true);
    this.camera.recall(this.zone);
    await this.#begin();
  }

  async #begin(): Promise<void> {
    const beginning = ++this.#beginning;
    const filming = this.role === 'camera';
    if (filming && !this.camera.video) this.camera.open(this.zone, this.masks);
    const { connection } = this;
    let device;
    try {
      device = await connection.device;
    } catch {
      return this.#fail(faultOf('no-webrtc', ''));
    }
    // Tried again, it first makes sure of its camera: a place is not taken to leave it empty.
    if (this.waiting.fault) await this.camera.video?.catch(() => {});
    if (beginning !== this.#beginning) return;
    const changed = (): void => this.#mediaChanged();
    const dead = (): void => this.#renew();
    if (filming) {
      const codec = chosenCodec() ?? connection.page.codec;
      this.#media = new Publisher(connection.signaling, device, codec, changed, dead);
    } else {
      const failed = (error: unknown): void => this.#failed(error);
      this.#media = new Watcher(connection.signaling, device, changed, dead, failed);
    }
    if (connection.up) void this.#join();
    else connection.open();
    this.#read();
  }

  /** Ends the session; a person has to start the next one. */
  end(): void {
    rememberActive(false);
    this.#leave();
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
    this.#view();
  }

  #view(): void {
    if (!(this.#media instanceof Watcher) || !this.#joined || !this.connection.up) return;
    this.#media.view([this.#tile()]).catch((error: unknown) => this.#failed(error));
  }

  /** Films with another device, size or frame rate. */
  changeCapture(choice: Partial<CaptureChoice>): void {
    this.camera.choose(choice);
    if (!this.active || this.role !== 'camera') return;
    if (this.camera.video) this.camera.open(this.zone, this.masks);
    if (this.waiting.fault) this.waiting.sooner();
    else void this.#join();
  }

  /**
   * Puts it in the audit that a picture of the watched zone is saved.
   * @throws RefusedError when it may not be saved, or cannot be recorded
   */
  async reportSnapshot(): Promise<void> {
    await this.connection.signaling.request('snapshot', { zone: this.zone });
  }

  #tile() {
    return { zone: this.zone, ...this.#place, focused: true };
  }

  async #join(): Promise<void> {
    const media = this.#media;
    if (!media || !this.active) return;
    clearTimeout(this.#retry);
    const attempt = ++this.#attempt;
    const place = this.#place;
    try {
      const zone =
        media instanceof Watcher
          ? (await media.watch([this.#tile()]))?.zones[0]
          : await this.#film(media);
      if (!zone || media !== this.#media) return;
      this.current = zone;
      this.#joined = true;
      this.waiting.end();
      this.fault = undefined;
      this.#mediaChanged();
      // What changed while the answer was on its way was not said to the server.
      if (!samePlace(place, this.#place)) this.#view();
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
    const [zone] = await Promise.all([claimed, this.camera.video]);
    if (!(await this.#sendVideo(publisher))) return undefined;
    void this.sound.send(); // Not waited for: the picture does not depend on it.
    return zone;
  }

  /** Sends the camera's picture with the masks in force; false when it is not wanted any more. */
  async #sendVideo(publisher: Publisher): Promise<boolean> {
    const video = await this.camera.video;
    let sent: MediaStreamTrack | undefined;
    while (publisher === this.#media && video) {
      this.camera.demandRightView(this.zone, this.masks, video);
      const track = video.trackWith(this.masks);
      if (track === sent) return true;
      this.stream = new MediaStream([track]);
      await publisher.sendVideo(
        track,
        actualCapture(video.camera.getSettings(), this.camera.choice),
      );
      sent = track; // Masks may have come meanwhile, and another track with them.
      void this.camera.remember(this.zone, video);
    }
    return false;
  }

  #changeMasks(zone: string, masks: Masks): void {
    const media = this.#media;
    if (!(media instanceof Publisher) || zone !== this.zone) return;
    this.#masksTold += 1;
    this.masks = masks;
    this.camera.video
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
    if (!this.active || this.waiting.pending) return;
    const code =
      error instanceof RefusedError || error instanceof CaptureError ? error.code : 'internal';
    if (isPassing(code)) {
      clearTimeout(this.#retry);
      this.#retry = setTimeout(() => this.connection.up && void this.#join(), pauseBefore(code));
      return;
    }
    this.#fail(faultOf(code, error instanceof Error ? error.message : String(error)));
  }

  /** It cannot go on: it ends until a person starts it again, or waits to try again by itself. */
  #fail(fault: Fault): void {
    const circumstances = { role: this.role, unattended, worked: this.#worked };
    const delay = this.active
      ? retryDelay(fault.code, this.waiting.tries, circumstances)
      : undefined;
    if (delay === undefined) {
      this.end();
      this.fault = fault;
      return;
    }
    this.#leave();
    if (fault.code === 'key-revoked') this.connection.close();
    // One that stands by keeps its camera open: it is seen to work, and there at once when it is needed.
    this.#stop(fault.code === 'zone-occupied' || fault.code === 'session-replaced');
    this.stream ??= this.unmasked;
    this.fault = isReturning(fault.code, circumstances) ? undefined : fault;
    this.waiting.begin(fault, delay);
  }

  /** The camera that had the place may be gone. */
  #lookForPlace(): void {
    if (this.waiting.fault?.code !== 'zone-occupied') return;
    const zone = this.connection.zones.find(({ id }) => id === this.zone);
    if (!zone || zone.camera === 'idle' || zone.camera === 'stalled') this.waiting.sooner();
  }

  #devicesChanged(): void {
    if (!this.active || this.role !== 'camera') return;
    if (this.waiting.fault && this.waiting.fault.code !== 'zone-occupied') this.waiting.sooner();
    else this.camera.look();
    if (this.sound.fault) void this.sound.send();
  }

  #leave(): void {
    if (!this.connection.up) return;
    // Nothing hangs on the answer: whatever is claimed next, or the disconnection, says the same.
    this.connection.signaling.request('leave', {}).catch(() => {});
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
      if (this.meter.frames === 'flowing') this.#returning = this.#worked = true;
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

  /** Stops all that runs. @param keepsCamera the camera stays open */
  #stop(keepsCamera = false): void {
    this.#beginning += 1;
    clearTimeout(this.#timer);
    clearTimeout(this.#retry);
    if (this.#media instanceof Watcher) this.#media.close();
    else this.#media?.drop();
    this.#media = undefined;
    this.sound.close();
    if (!keepsCamera) {
      this.camera.close();
      this.stream = undefined;
      this.unmasked = undefined;
    }
    this.wanted = undefined;
    this.#joined = false;
    this.#mediaChanged();
  }

  #reset(): void {
    this.#stop();
    this.waiting.end();
    this.active = false;
    this.fault = undefined;
    this.current = undefined;
    this.masks = [];
    this.#returning = false;
    this.#worked = false;
    this.meter.clear();
  }
}
