/** The session of the console: it films a zone or watches one. */
import type { ProducerRefusal } from '../../../server/contract/producer-refusal.ts';
import type { Latency } from '../../../server/contract/latency.ts';
import type { Meter } from '../figures/meter.svelte.ts';
import { CameraSession } from './camera-session.svelte.ts';
import type { Fault } from './faults.ts';
import { rememberActive } from './identity.ts';
import type { Manner } from './manner.ts';
import { windowPlace } from './place.ts';
import { ServerConnection } from './server-connection.svelte.ts';
import { reading } from './session.svelte.ts';
import type { Role, Status } from './status.ts';
import { ViewerSession } from './viewer-session.svelte.ts';
import { ViewerTile } from './viewer-tile.svelte.ts';
import type { Waiting } from './waiting.svelte.ts';

/** One picture, which is looked at closely. */
const oneZone: Manner = {
  batch: 0,
  flow: ({ meter }) => meter.frames,
  soon: reading.soon,
  isWall: false,
  endsWhenForbidden: true,
};

const upkeep = { onEnd: () => rememberActive(false) };

export class ConsoleSession {
  readonly connection = new ServerConnection();
  readonly camera = new CameraSession(this.connection, upkeep);
  readonly viewer = new ViewerSession(this.connection, oneZone, upkeep);
  readonly tile = new ViewerTile('', windowPlace(), true);
  role = $state<Role>('operator');

  /** Starts as camera or operator; called again after a fault, it begins afresh. */
  async start(role: Role, zone: string): Promise<void> {
    this.#current.reset();
    this.role = role;
    rememberActive(true);
    if (role === 'camera') return this.camera.start(zone);
    this.tile.zone = zone.trim().toUpperCase();
    this.viewer.tiles.clear();
    this.viewer.tiles.set(this.tile.zone, this.tile);
    return this.viewer.start();
  }

  end(): void {
    this.#current.end();
  }

  /** Changes the watched zone over the same transport. */
  switchTo(zone: string): void {
    this.viewer.switchTo(this.tile, zone);
  }

  get #current(): CameraSession | ViewerSession {
    return this.#films ? this.camera : this.viewer;
  }

  get #films(): boolean {
    return this.role === 'camera';
  }

  get active(): boolean {
    return this.#current.active;
  }

  get fault(): Fault | undefined {
    return this.#current.fault;
  }

  get waiting(): Waiting {
    return this.#current.waiting;
  }

  /** Why there is no picture of the watched zone although it has a camera. */
  get refusal(): ProducerRefusal | undefined {
    return this.#films ? undefined : this.tile.refusal;
  }

  get zone(): string {
    return this.#films ? this.camera.zone : this.tile.zone;
  }

  get status(): Status {
    return this.#films ? this.camera.status : this.viewer.statusOf(this.tile);
  }

  /** Nothing is sent, since nobody watches or the picture is not seen. */
  get asleep(): boolean {
    return this.#films ? this.camera.asleep : !this.tile.place.visible;
  }

  get meter(): Meter {
    return this.#films ? this.camera.meter : this.tile.meter;
  }

  /** How old the picture is by its parts; undefined while that is not known. */
  get latency(): Latency | undefined {
    return this.#films ? undefined : this.viewer.latencyOf(this.tile);
  }
}
