/** Watches zones, each in a tile of its own: one on the console, many on a wall, over one transport. */
import type { Device } from 'mediasoup-client';
import { SvelteMap } from 'svelte/reactivity';
import type { Latency } from '../../../server/contract/latency.ts';
import { faultOf, isLasting } from './faults.ts';
import type { ZoneMeasured } from './latencies.ts';
import type { Manner } from './manner.ts';
import { samePlace, windowPlace, type Place } from './place.ts';
import type { ServerConnection } from './server-connection.svelte.ts';
import { reading, Session, type Upkeep } from './session.svelte.ts';
import { statusOf, type Status } from './status.ts';
import { Steerer } from './steerer.ts';
import { ViewerTile } from './viewer-tile.svelte.ts';
import { Watcher } from './watcher.ts';

const tick = 250; // ms
/** What is told of steering comes with the answer to `watch`, or not at all; ms. */
const untold = 1000;

export class ViewerSession extends Session<Watcher> {
  readonly role = 'operator';
  /** By zone. */
  readonly tiles = new SvelteMap<string, ViewerTile>();
  /** Moves their cameras. */
  readonly steerer: Steerer;
  /** The time that all pictures' ages are told by, ms of `performance.now()`. */
  now = $state(performance.now());
  /** Whether the page shows how old its pictures are. */
  showsLatency = true;
  readonly #manner: Manner;
  /** The server was told which zones are watched: what changes since can follow by itself. */
  #told = false;
  #changed: ViewerTile[] = [];
  #batch: ReturnType<typeof setTimeout> | undefined;
  #untold: ReturnType<typeof setTimeout> | undefined;

  constructor(connection: ServerConnection, manner: Manner, upkeep: Upkeep) {
    super(connection, upkeep);
    this.#manner = manner;
    this.steerer = new Steerer(connection, (zone) => this.tiles.get(zone));
  }

  /** Starts with the tiles that there are; called again after a fault, it begins afresh. */
  async start(): Promise<void> {
    this.reset();
    await this.begin();
  }

  /** Shows these zones and no others. */
  setZones(zones: string[]): void {
    const gone = [...this.tiles.keys()].filter((zone) => !zones.includes(zone));
    const fresh = zones.filter((zone) => !this.tiles.has(zone));
    if (gone.length === 0 && fresh.length === 0) return;
    for (const zone of gone) {
      this.steerer.release(zone);
      this.tiles.delete(zone);
    }
    const unseen = { ...windowPlace(), visible: false };
    for (const zone of fresh) this.tiles.set(zone, new ViewerTile(zone, unseen));
    this.#told = false; // The next message says the whole truth.
    this.#tellSoon();
  }

  /** Gives a tile to another zone; its picture stays until that zone's first one. */
  switchTo(tile: ViewerTile, zone: string): void {
    if (zone === tile.zone || !this.media) return;
    this.steerer.release(tile.zone);
    this.tiles.delete(tile.zone);
    tile.zone = zone;
    tile.steer(null);
    tile.summary = this.connection.list.find(zone);
    tile.meter.restart();
    this.tiles.set(zone, tile);
    void this.join();
    this.look();
  }

  /** Says where a tile is on the screen, and whether it is the one that is looked at. */
  place(tile: ViewerTile, place: Place, focused: boolean): void {
    if (samePlace(place, tile.place) && tile.focused === focused) return;
    tile.move(place, focused);
    if (!this.#changed.includes(tile)) this.#changed.push(tile);
    this.#tellSoon();
  }

  statusOf(tile: ViewerTile): Status {
    return statusOf({
      role: this.role,
      active: this.active,
      failed: this.fault !== undefined || tile.forbidden || isLasting(tile.refusal),
      socketUp: this.connection.up,
      returning: this.returning || tile.worked || tile.refusal !== undefined,
      joined: this.joined && tile.summary !== undefined && !tile.refusal,
      hasMedia: tile.hasMedia,
      transportUp: this.transportUp,
      frames: this.#manner.flow(tile, this.now),
      silent: tile.summary?.camera === 'stalled',
      asleep: !tile.place.visible,
    });
  }

  /** How old a tile's picture is by its parts; undefined while that is not known, or not asked. */
  latencyOf(tile: ViewerTile): Latency | undefined {
    return this.statusOf(tile) === 'STREAMING' ? this.latencies.of(tile.zone) : undefined;
  }

  /**
   * Puts it in the audit that a picture of a watched zone is saved.
   * @throws RefusedError when it may not be saved, or cannot be recorded
   */
  async reportSnapshot(zone: string): Promise<void> {
    await this.connection.signaling.request('snapshot', { zone });
  }

  protected override listen(signal: AbortSignal): void {
    super.listen(signal);
    this.connection.signaling.hear(
      {
        'zone:changed': ({ zone }) => {
          const tile = this.tiles.get(zone.id);
          if (tile) tile.summary = zone;
        },
        steering: ({ zone, steering }) => this.tiles.get(zone)?.steer(steering),
        'zones:withdrawn': ({ zones }) => this.#withdraw(zones),
        rejoin: ({ reason }) => {
          // Not even the last picture stays of what nobody knows that one may see.
          if (reason === 'rights-unconfirmed') for (const tile of this.tiles.values()) tile.blank();
        },
      },
      signal,
    );
    this.now = performance.now();
    const look = (): void => void (this.now = performance.now());
    const clock = setInterval(look, tick);
    // A page that was frozen or hidden had slow timers, or none: it is not to show for a moment that old is new.
    document.addEventListener('visibilitychange', look, { signal });
    document.addEventListener('resume', look, { signal });
    signal.addEventListener('abort', () => clearInterval(clock));
  }

  protected open(device: Device): Watcher {
    return new Watcher(
      this.connection.signaling,
      device,
      this.#manner.isWall,
      () => this.mediaChanged(),
      () => this.renew(),
      (error) => this.failed(error),
    );
  }

  protected async enter(watcher: Watcher): Promise<boolean> {
    if (this.tiles.size === 0) return false;
    this.#changed = [];
    this.#told = true;
    try {
      const watched = await watcher.watch([...this.tiles.values()].map(({ request }) => request));
      if (!watched) return false;
      for (const tile of this.tiles.values()) tile.forbidden = false;
      for (const zone of watched.zones) {
        const tile = this.tiles.get(zone.id);
        if (tile) tile.summary = zone;
      }
      this.#forbid(watched.forbidden);
      clearTimeout(this.#untold);
      this.#untold = setTimeout(() => this.#forgetUntold(), untold);
      return true;
    } catch (error) {
      this.#told = false;
      throw error;
    }
  }

  /** What is not watched any more is to be watched again. */
  protected override passes(code: string): boolean {
    return code === 'not-joined' || super.passes(code);
  }

  protected override down(): void {
    super.down();
    this.steerer.lost();
    clearTimeout(this.#untold); // What was to be told then counts no more.
    for (const tile of this.tiles.values()) tile.steeringTold = false;
  }

  protected override mediaChanged(): void {
    super.mediaChanged();
    for (const tile of this.tiles.values()) {
      tile.refusal = this.media?.refusal(tile.zone);
      tile.lowered = this.media?.isLowered(tile.zone) ?? false;
      tile.show(this.media?.tracks(tile.zone) ?? []);
    }
  }

  protected async read(watcher: Watcher): Promise<void> {
    const figures = await watcher.stats();
    if (watcher !== this.media) return;
    for (const [zone, rows] of figures) {
      const tile = this.tiles.get(zone);
      if (!tile) continue;
      tile.meter.read(rows);
      if (this.#manner.flow(tile, this.now) === 'flowing') tile.worked = true;
    }
    void this.latencies.ask(this.#timings());
  }

  protected get pace(): number {
    const tiles = [...this.tiles.values()];
    const flows = tiles.every(({ meter }) => meter.frames !== 'none');
    return flows ? reading.usual : this.#manner.soon;
  }

  protected get worked(): boolean {
    return [...this.tiles.values()].some((tile) => tile.worked);
  }

  protected release(): void {
    clearTimeout(this.#batch);
    this.#batch = undefined;
    this.#told = false;
    this.steerer.lost();
    clearTimeout(this.#untold);
    for (const tile of this.tiles.values()) tile.blank();
  }

  protected forget(): void {
    for (const tile of this.tiles.values()) tile.forget();
  }

  #tellSoon(): void {
    if (this.#manner.batch === 0) return this.#tell();
    this.#batch ??= setTimeout(() => {
      this.#batch = undefined;
      this.#tell();
    }, this.#manner.batch);
  }

  #tell(): void {
    if (!this.media || !this.connection.up || this.retrying) return;
    if (this.#told) void this.#view(this.media);
    else void this.join();
  }

  /** Tells what has changed of tiles that are watched. */
  async #view(watcher: Watcher): Promise<void> {
    const tiles = this.#changed.filter(
      (tile) => this.tiles.get(tile.zone) === tile && !tile.forbidden,
    );
    this.#changed = [];
    if (tiles.length === 0) return;
    try {
      await watcher.view(tiles.map(({ request }) => request));
    } catch (error) {
      if (watcher !== this.media) return;
      this.#told = false;
      this.failed(error);
    }
  }

  /** Cameras that could be steered before the connection was lost, and now cannot. */
  #forgetUntold(): void {
    for (const tile of this.tiles.values()) if (!tile.steeringTold) tile.steer(null);
  }

  /** What is measured here of the tiles that are seen; nothing while nobody wants to know. */
  #timings(): ZoneMeasured[] {
    const seen = [...this.tiles.values()].filter(
      ({ place, measured }) => place.visible && (this.showsLatency || measured),
    );
    return seen.flatMap(({ zone, meter: { timing } }) =>
      timing.viewer ? { zone, viewer: timing.viewer } : [],
    );
  }

  #withdraw(zones: string[]): void {
    if (this.#manner.endsWhenForbidden) {
      if (zones.some((zone) => this.tiles.has(zone))) this.fail(faultOf('forbidden', ''));
      return;
    }
    this.#forbid(zones);
    this.media?.forget(zones);
  }

  #forbid(zones: string[]): void {
    for (const zone of zones) {
      const tile = this.tiles.get(zone);
      if (tile) tile.forbidden = true;
    }
  }
}
