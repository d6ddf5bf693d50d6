/** The wall's session: one socket and one receive transport for all tiles, negotiated in batches. */
import { SvelteMap } from 'svelte/reactivity';
import { RefusedError } from '../../../server/contract/errors.ts';
import type { Latency } from '../../../server/contract/latency.ts';
import { ServerConnection } from '../session/server-connection.svelte.ts';
import { Latencies, type Own } from '../session/latencies.ts';
import { faultOf, isLasting, isPassing, pauseBefore, type Fault } from '../session/faults.ts';
import { samePlace, type Place } from '../session/place.ts';
import { statusOf, type Status } from '../session/status.ts';
import { Watcher } from '../session/watcher.ts';
import { WallTile } from './wall-tile.svelte.ts';

/** Changes within this time travel in one message, ms: long enough for a layout to settle. */
const batchTime = 40;
const readingTime = 1000; // ms

export class WallSession {
  readonly tiles = new SvelteMap<string, WallTile>();
  fault = $state.raw<Fault>();
  /** The time that all tiles' ages are told by, ms of `performance.now()`. */
  now = $state(performance.now());
  readonly connection = new ServerConnection(
    () => void this.#watch(),
    () => (this.#returning = true),
    (fault) => this.#fail(fault),
  );
  readonly #latencies = new Latencies(this.connection.signaling);
  /** Whether tiles show how old their pictures are. */
  showsLatency = false;
  #joined = $state(false);
  #returning = $state(false);
  #transportUp = $state(false);
  #watcher: Watcher | undefined;
  #changed: WallTile[] = [];
  #batch: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  readonly #clocks: ReturnType<typeof setInterval>[];

  constructor() {
    const { socket } = this.connection.signaling;
    socket.on('zone:changed', ({ zone }) => {
      const tile = this.tiles.get(zone.id);
      if (tile) tile.summary = zone;
    });
    socket.on('zones:withdrawn', ({ zones }) => {
      this.#forbid(zones);
      this.#watcher?.forget(zones);
    });
    socket.on('rejoin', () => this.#rejoin());
    window.addEventListener('online', () => this.#watcher?.restartIce());
    this.#clocks = [
      setInterval(() => (this.now = performance.now()), 250),
      setInterval(() => void this.#read(), readingTime),
    ];
    void this.#open();
  }

  /** Shows these zones and no others. */
  setZones(zones: string[]): void {
    const gone = [...this.tiles.keys()].filter((zone) => !zones.includes(zone));
    const fresh = zones.filter((zone) => !this.tiles.has(zone));
    if (gone.length === 0 && fresh.length === 0) return;
    for (const zone of gone) this.tiles.delete(zone);
    for (const zone of fresh) this.tiles.set(zone, new WallTile(zone));
    this.#joined = false; // the next batch says the whole truth
    this.#soon();
  }

  /** Says where a tile is on the screen, and whether it is the one that is looked at. */
  place(zone: string, place: Place, focused: boolean): void {
    const tile = this.tiles.get(zone);
    if (!tile) return;
    if (samePlace(place, tile.place) && tile.focused === focused) return;
    if (place.visible && !tile.place.visible) tile.awaitFrames();
    tile.place = place;
    tile.focused = focused;
    if (!this.#changed.includes(tile)) this.#changed.push(tile);
    this.#soon();
  }

  statusOfTile(tile: WallTile): Status {
    return statusOf({
      role: 'operator',
      active: true,
      failed: this.fault !== undefined || tile.forbidden || isLasting(tile.refusal),
      socketUp: this.connection.up,
      returning: this.#returning || tile.refusal !== undefined,
      joined: tile.summary !== undefined && !tile.refusal,
      hasMedia: tile.hasMedia,
      transportUp: this.#transportUp,
      frames: tile.framesAt(this.now),
      asleep: !tile.place.visible,
    });
  }

  /** How old a tile's picture is by its parts; undefined while that is not known, or not asked. */
  latencyOf(tile: WallTile): Latency | undefined {
    return this.statusOfTile(tile) === 'STREAMING' ? this.#latencies.of(tile.zone) : undefined;
  }

  /** Begins afresh after a fault. */
  restart(): void {
    this.fault = undefined;
    this.connection.open();
  }

  close(): void {
    for (const clock of this.#clocks) clearInterval(clock);
    clearTimeout(this.#batch);
    clearTimeout(this.#retry);
    this.#watcher?.close();
    this.connection.close();
  }

  async #open(): Promise<void> {
    const { signaling } = this.connection;
    try {
      this.#watcher = new Watcher(
        signaling,
        await this.connection.device,
        () => this.#mediaChanged(),
        () => this.#renew(),
        (error) => this.#failed(error),
      );
    } catch {
      return this.#fail(faultOf('no-webrtc', ''));
    }
    this.connection.open();
  }

  #soon(): void {
    this.#batch ??= setTimeout(() => {
      this.#batch = undefined;
      if (this.#joined) void this.#view();
      else void this.#watch();
    }, batchTime);
  }

  async #watch(): Promise<void> {
    const watcher = this.#watcher;
    if (!watcher || !this.connection.up || this.fault || this.tiles.size === 0) return;
    clearTimeout(this.#retry);
    this.#changed = [];
    this.#joined = true;
    try {
      const watched = await watcher.watch([...this.tiles.values()].map(({ request }) => request));
      if (!watched) return;
      for (const tile of this.tiles.values()) tile.forbidden = false;
      for (const zone of watched.zones) {
        const tile = this.tiles.get(zone.id);
        if (tile) tile.summary = zone;
      }
      this.#forbid(watched.forbidden);
      this.#mediaChanged();
    } catch (error) {
      this.#joined = false;
      this.#failed(error);
    }
  }

  /** What is measured here of the tiles that are seen; nothing while nobody wants to know. */
  #timings(): Own[] {
    if (!this.showsLatency) return [];
    const seen = [...this.tiles.values()].filter(({ place }) => place.visible);
    return seen.flatMap(({ zone, meter: { timing } }) =>
      timing.viewer ? { zone, viewer: timing.viewer } : [],
    );
  }

  #forbid(zones: string[]): void {
    for (const zone of zones) {
      const tile = this.tiles.get(zone);
      if (tile) tile.forbidden = true;
    }
  }

  async #view(): Promise<void> {
    const tiles = this.#changed.filter(
      (tile) => this.tiles.get(tile.zone) === tile && !tile.forbidden,
    );
    this.#changed = [];
    if (tiles.length === 0 || !this.connection.up) return;
    try {
      await this.#watcher?.view(tiles.map(({ request }) => request));
    } catch (error) {
      this.#joined = false;
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    const code = error instanceof RefusedError ? error.code : 'internal';
    if (!isPassing(code) && code !== 'not-joined') {
      return this.#fail(faultOf(code, error instanceof Error ? error.message : String(error)));
    }
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#watch(), pauseBefore(code));
  }

  #fail(fault: Fault): void {
    this.#watcher?.drop();
    this.connection.close();
    this.fault = fault;
  }

  #rejoin(): void {
    this.#watcher?.drop();
    this.#renew();
  }

  /** Asks for another connection; what is shown stays until that one brings more. */
  #renew(): void {
    this.#returning = true;
    void this.#watch();
  }

  #mediaChanged(): void {
    this.#transportUp = this.#watcher?.transportUp ?? false;
    for (const tile of this.tiles.values()) {
      tile.show(this.#watcher?.tracks(tile.zone) ?? []);
      tile.refusal = this.#watcher?.refusal(tile.zone);
    }
  }

  async #read(): Promise<void> {
    try {
      for (const [zone, rows] of (await this.#watcher?.stats()) ?? []) {
        const tile = this.tiles.get(zone);
        if (tile?.place.visible) tile.meter.read(rows);
      }
      void this.#latencies.ask(this.#timings());
    } catch {
      // The transport may close while it is asked; the next reading tells.
    }
  }
}
