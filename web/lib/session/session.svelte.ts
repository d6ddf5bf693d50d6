/** The whole session of this page: owns socket, device and transports, and exposes what is so. */
import { RefusedError } from '../../../server/contract/errors.ts';
import type { ZoneSummary } from '../../../server/contract/zone.ts';
import { reduceStats, type Figures, type Reading } from '../figures/reduce.ts';
import {
  actualCapture,
  CaptureError,
  openCamera,
  openMicrophone,
  type CaptureChoice,
} from './capture.ts';
import { loadDevice, readPageData } from './device.ts';
import { faultOf, type Fault } from './faults.ts';
import { rememberActive, tabSession } from './identity.ts';
import { Publisher } from './publisher.ts';
import { chosenCodec } from './remembered.ts';
import { Signaling } from './signaling.ts';
import { statusOf, type Role } from './status.ts';
import { Watcher } from './watcher.ts';

const reading = { soon: 200, usual: 1000 }; // ms between two looks at the statistics
const framesStopAfter = 2000; // ms
const historyLength = 60; // readings, one per second
const retryDelay = 1000; // ms

export interface Moment {
  rtt: number | undefined;
  bitrate: number | undefined;
  loss: number | undefined;
}

export class SurveillanceSession {
  role = $state<Role>('operator');
  zone = $state('');
  active = $state(false);
  fault = $state.raw<Fault>();
  zones = $state.raw<ZoneSummary[]>([]);
  current = $state.raw<ZoneSummary>();
  stream = $state.raw<MediaStream>();
  hasAudio = $state(false);
  figures = $state.raw<Figures>({ layers: [] });
  history = $state.raw<Moment[]>([]);
  serverReached = $state(false);
  connectFailures = $state(0);
  capture = $state<CaptureChoice>({ deviceId: '', width: 1280, height: 720, frameRate: 30 });
  sendAudio = $state(false);
  #socketUp = $state(false);
  #returning = $state(false);
  #joined = $state(false);
  #hasMedia = $state(false);
  #transportUp = $state(false);
  #frames = $state<'none' | 'flowing' | 'stopped'>('none');
  readonly status = $derived(
    statusOf({
      role: this.role,
      active: this.active,
      failed: this.fault !== undefined,
      socketUp: this.#socketUp,
      returning: this.#returning,
      joined: this.#joined,
      hasMedia: this.#hasMedia,
      transportUp: this.#transportUp,
      frames: this.#frames,
    }),
  );
  readonly framesFlow = $derived(this.#frames === 'flowing');

  readonly #page = readPageData();
  readonly #device = loadDevice(this.#page);
  readonly #signaling = new Signaling(tabSession());
  #media: Watcher | Publisher | undefined;
  #videoTrack: Promise<MediaStreamTrack> | undefined;
  #audioTrack: MediaStreamTrack | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #last: { reading: Reading; grewAt: number } | undefined;

  constructor() {
    const { socket } = this.#signaling;
    socket.on('connect', () => {
      this.#socketUp = true;
      this.serverReached = true;
      this.connectFailures = 0;
      void this.#join();
    });
    socket.on('connect_error', () => (this.connectFailures += 1));
    socket.on('disconnect', (reason) => {
      this.#socketUp = false;
      this.#returning = true;
      // socket.io does not come back by itself after the server closed the socket; we do.
      if (reason === 'io server disconnect' && this.active)
        setTimeout(() => this.active && socket.connect(), 500);
    });
    socket.on('zones', ({ zones }) => (this.zones = zones));
    socket.on('zone:changed', ({ zone }) => {
      if (zone.id === this.zone) this.current = zone;
    });
    socket.on('producer:live', (notice) => {
      if (notice.zone !== this.zone || !(this.#media instanceof Watcher)) return;
      this.#media.live(notice).catch((error: unknown) => this.#failed(error));
    });
    socket.on('producer:gone', (notice) => {
      if (this.#media instanceof Watcher) this.#media.gone(notice);
    });
    socket.on('rejoin', () => this.#rejoin());
    socket.on('session:ended', ({ code, message }) => this.#fail(faultOf(code, message)));
    window.addEventListener('online', () => this.#media?.restartIce());
    // Leaving the page is said at once, so that a camera's watchers need not wait for silence.
    window.addEventListener('pagehide', () => socket.disconnect());
    window.addEventListener(
      'pageshow',
      ({ persisted }) => persisted && this.active && socket.connect(),
    );
  }

  /** Starts as camera or operator; called again after a fault, it begins afresh. */
  async start(role: Role, zone: string): Promise<void> {
    this.#reset();
    this.role = role;
    this.zone = zone.trim().toUpperCase();
    this.active = true;
    rememberActive(true);
    if (role === 'camera') this.#openCamera();
    let device;
    try {
      device = await this.#device;
    } catch {
      return this.#fail(faultOf('no-webrtc', ''));
    }
    if (!this.active) return;
    const changed = (): void => this.#mediaChanged();
    const dead = (): void => this.#rejoin();
    this.#media =
      role === 'operator'
        ? new Watcher(this.#signaling, device, changed, dead)
        : new Publisher(this.#signaling, device, chosenCodec() ?? this.#page.codec, changed, dead);
    if (this.#media instanceof Watcher) this.stream = this.#media.stream;
    if (this.#signaling.socket.connected) void this.#join();
    else this.#signaling.socket.connect();
    this.#read();
  }

  /** Ends the session; a person has to start the next one. */
  end(): void {
    rememberActive(false);
    if (this.#signaling.socket.connected) {
      // Nothing hangs on the answer: the disconnection that follows says the same.
      this.#signaling.request('leave', {}).catch(() => {});
    }
    this.#reset();
    this.#signaling.socket.disconnect();
  }

  /** Changes the watched zone over the same transport. */
  switchTo(zone: string): void {
    if (zone === this.zone || !(this.#media instanceof Watcher)) return;
    this.zone = zone;
    this.current = this.zones.find(({ id }) => id === zone);
    this.#frames = 'none';
    this.#last = undefined;
    void this.#join();
    this.#read();
  }

  /** Films with another device, size or frame rate. */
  changeCapture(choice: Partial<CaptureChoice>): void {
    this.capture = { ...this.capture, ...choice };
    if (!this.active || this.role !== 'camera') return;
    this.#openCamera();
    void this.#join();
  }

  async changeAudio(send: boolean): Promise<void> {
    this.sendAudio = send;
    if (!(this.#media instanceof Publisher)) return;
    try {
      if (send) await this.#publishAudio(this.#media);
      else {
        await this.#media.stop('audio');
        this.#audioTrack?.stop();
        this.#audioTrack = undefined;
      }
    } catch {
      this.sendAudio = !send;
    }
  }

  async #join(): Promise<void> {
    const media = this.#media;
    if (!media || !this.active) return;
    clearTimeout(this.#retry);
    try {
      if (media instanceof Watcher) {
        const zone = await media.watch(this.zone);
        if (!zone || media !== this.#media) return;
        this.current = zone;
      } else {
        const label = navigator.platform || 'camera';
        const [claimed, track] = await Promise.all([
          media.claim(this.zone, label),
          this.#videoTrack,
        ]);
        if (media !== this.#media || !track) return;
        this.current = claimed;
        await media.sendVideo(track, actualCapture(track, this.capture));
        if (this.sendAudio) await this.#publishAudio(media);
      }
      this.#joined = true;
      this.#mediaChanged();
    } catch (error) {
      if (media === this.#media) this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    if (!this.active) return;
    const code =
      error instanceof RefusedError || error instanceof CaptureError ? error.code : 'internal';
    const passing = code === 'unavailable' || code === 'not-found' || code === 'session-replaced';
    const waitsForItself = code === 'zone-occupied' && this.#returning;
    if (passing || waitsForItself) {
      clearTimeout(this.#retry);
      this.#retry = setTimeout(
        () => this.#signaling.socket.connected && void this.#join(),
        retryDelay,
      );
      return;
    }
    this.#fail(faultOf(code, error instanceof Error ? error.message : String(error)));
  }

  #fail(fault: Fault): void {
    this.end();
    this.fault = fault;
  }

  #rejoin(): void {
    this.#returning = true;
    this.#joined = false;
    this.#media?.drop();
    if (this.#signaling.socket.connected) void this.#join();
  }

  #openCamera(): void {
    const former = this.#videoTrack;
    const opening = (former ?? Promise.resolve(undefined)).then((track) => {
      track?.stop();
      return openCamera(this.capture);
    });
    this.#videoTrack = opening;
    opening.then(
      (track) => {
        if (opening !== this.#videoTrack) return track.stop();
        this.stream = new MediaStream([track]);
        track.addEventListener('ended', () =>
          this.#fail(faultOf('no-device', 'The camera was unplugged.')),
        );
      },
      (error: unknown) => this.#failed(error),
    );
  }

  async #publishAudio(publisher: Publisher): Promise<void> {
    this.#audioTrack ??= await openMicrophone();
    await publisher.sendAudio(this.#audioTrack);
  }

  #mediaChanged(): void {
    this.#hasMedia = this.#media?.hasMedia ?? false;
    this.#transportUp = this.#media?.transportUp ?? false;
    this.hasAudio = this.#media instanceof Watcher && this.#media.hasAudio;
    if (!this.#hasMedia) {
      this.#frames = 'none';
      this.#last = undefined;
      this.figures = { layers: [] };
    }
  }

  /** Looks at the statistics again and again: often until frames flow, then once a second. */
  #read(): void {
    clearTimeout(this.#timer);
    if (!this.active) return;
    const media = this.#media;
    void (async () => {
      const report = await media?.stats();
      if (report?.size && media === this.#media) this.#digest([...report.values()]);
    })()
      .catch(() => {}) // A transport may close while it is asked; the next reading tells.
      .finally(() => {
        clearTimeout(this.#timer);
        const wait = this.#frames === 'none' ? reading.soon : reading.usual;
        this.#timer = setTimeout(() => this.#read(), wait);
      });
  }

  #digest(rows: Parameters<typeof reduceStats>[0]): void {
    const { figures, reading: now } = reduceStats(rows, this.#last?.reading);
    const before = this.#last;
    const grew = before ? now.frames > before.reading.frames : false;
    const grewAt = grew || !before ? performance.now() : before.grewAt;
    if (grew) {
      this.#frames = 'flowing';
      this.#returning = true;
    } else if (this.#frames === 'flowing' && performance.now() - grewAt >= framesStopAfter) {
      this.#frames = 'stopped';
    }
    this.#last = { reading: now, grewAt };
    this.figures = figures;
    const { rtt, bitrate, loss } = figures;
    this.history = [...this.history, { rtt, bitrate, loss }].slice(-historyLength);
  }

  #reset(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#retry);
    this.#media?.drop();
    this.#media = undefined;
    // A track that never came has nothing to stop; its reason was shown when it failed.
    this.#videoTrack?.then((track) => track.stop()).catch(() => {});
    this.#videoTrack = undefined;
    this.#audioTrack?.stop();
    this.#audioTrack = undefined;
    this.#last = undefined;
    this.active = false;
    this.fault = undefined;
    this.current = undefined;
    this.stream = undefined;
    this.history = [];
    this.#joined = false;
    this.#returning = false;
    this.#mediaChanged();
  }
}
