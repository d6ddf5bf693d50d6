/** A browser's tab as a zone's camera. */
import type { Logger } from 'pino';
import type { SpatialLayer } from '../contract/layers.ts';
import type { Masks, PresetMasks } from '../contract/privacy.ts';
import type { ZoneSummary } from '../contract/zone.ts';
import type { CameraConnection } from '../media/plane.ts';
import type { OwnSteering } from '../steering/own-steering.ts';
import type { Camera, DeviceWindow, Ending, Received } from '../zones/camera.ts';
import type { Zone } from '../zones/zone.ts';
import type { Tab } from './tab.ts';
import { timeOfDay } from '../time.ts';

/** What it says of itself when it claims the zone. */
export interface Claimed {
  readonly label: string;
  readonly masks: boolean;
  readonly presetMasks: boolean;
  readonly keyFrames: boolean;
  readonly demonstration: boolean;
}

export class TabCamera implements Camera {
  readonly zone: Zone;
  /** When it began, ms since the epoch. */
  readonly since = timeOfDay();
  readonly sendsUnasked = true;
  label: string;
  canMask: boolean;
  canCover: boolean;
  /** Whether it knows `key:wanted`. */
  hearsKeyWishes: boolean;
  isDemonstration: boolean;
  /** How it is steered; undefined where it cannot be. */
  #steering: OwnSteering | undefined;
  readonly #tab: Tab;
  readonly #log: Logger;
  readonly #onEnded: (ending: Ending | undefined) => void;
  #connection: CameraConnection | undefined;

  /** @param onEnded told once, when it films the zone no longer */
  constructor(
    tab: Tab,
    zone: Zone,
    claimed: Claimed,
    log: Logger,
    onEnded: (ending: Ending | undefined) => void,
  ) {
    this.#tab = tab;
    this.zone = zone;
    this.label = claimed.label;
    this.canMask = claimed.masks;
    this.canCover = claimed.presetMasks;
    this.hearsKeyWishes = claimed.keyFrames;
    this.isDemonstration = claimed.demonstration;
    this.#log = log;
    this.#onEnded = onEnded;
  }

  get peer(): string {
    return this.#tab.peer;
  }

  get reachable(): boolean {
    return this.#tab.socket !== undefined;
  }

  get window(): DeviceWindow | undefined {
    return this.#tab.window;
  }

  get maxBitrate(): number | undefined {
    return this.#tab.caller.maxBitrate;
  }

  get connection(): CameraConnection | undefined {
    return this.#connection;
  }

  get steering(): OwnSteering | undefined {
    return this.#steering;
  }

  /** @param steering undefined where it can be steered no more, or cannot be told anything */
  steerable(steering: OwnSteering | undefined): void {
    const former = this.#steering;
    this.#steering = steering;
    if (former !== steering) former?.close();
    this.zone.steerable(this, steering);
  }

  /** Takes a new connection up. @param most that it may send, bit/s */
  take(connection: CameraConnection, most: number): void {
    this.#connection = connection;
    this.zone.connecting(this, most);
    connection.onConnected = () => this.zone.connected(this);
    connection.onLost = (reason) => {
      if (this.#connection !== connection) return;
      this.drop();
      if (!this.reachable) this.zone.end(this);
      else if (reason === 'worker-died')
        this.#tab.notify('rejoin', { reason: 'media-worker-died' });
    };
  }

  /** Gives its connection up, and all that it sent with it. */
  drop(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    this.zone.disconnected(this);
    connection?.close();
  }

  async received(): Promise<Received | undefined> {
    const connection = this.#connection;
    return connection && !connection.closed ? connection.received() : undefined;
  }

  sendUpTo(highest: SpatialLayer | null): void {
    this.#tab.notify('layers:wanted', { highest });
  }

  sendAtMost(bitRate: number): void {
    this.#connection?.limitIncoming(bitRate).catch((error: unknown) =>
      // Told by the connection itself, if it is gone.
      this.#log.debug({ err: error, zone: this.zone.id }, 'a limit could not be set'),
    );
  }

  burnIn(masks: Masks, presetMasks: PresetMasks): void {
    const presets = this.canCover ? { presetMasks } : {};
    this.#tab.notify('masks:changed', { zone: this.zone.id, masks, ...presets });
  }

  askForKey(layer: SpatialLayer): void {
    if (this.hearsKeyWishes) this.#tab.notify('key:wanted', { zone: this.zone.id, layer });
  }

  askForStill(): void {
    this.#tab.notify('still:wanted', { zone: this.zone.id });
  }

  tell(zone: ZoneSummary): void {
    this.#tab.notify('zone:changed', { zone });
  }

  ended(ending: Ending | undefined): void {
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.close();
    this.steerable(undefined);
    this.#onEnded(ending);
  }
}
