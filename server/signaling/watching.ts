/** The operator's side: watch zones, and show them in other ways. */
import { may } from '../contract/policy.ts';
import { RefusedError } from '../contract/errors.ts';
import type { Parsed, Response } from '../contract/events.ts';
import type { Tile } from '../contract/tile.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { Consumer, MediaPlane } from '../media/plane.ts';
import type { Zones } from '../zones/zones.ts';
import type { LoweredTiles } from './lowered-tiles.ts';
import type { Offered, Offering } from './offering.ts';
import { demandMay } from '../participants/permission.ts';
import type { Rules } from '../participants/rules.ts';
import type { Rising } from './rising.ts';
import type { TabSession } from './tab-session.ts';
import { TabViewer } from './tab-viewer.ts';
import { viewOf } from './view-of.ts';

export interface WatchingParts extends Pick<
  Rules,
  'iceServers' | 'limits' | 'newWork' | 'culprits' | 'participation'
> {
  readonly zones: Zones;
  readonly media: MediaPlane;
  readonly loweredTiles: LoweredTiles;
  readonly offering: Offering;
  readonly rising: Rising;
  readonly drain: { readonly active: boolean };
}

export class Watching {
  readonly #parts: WatchingParts;

  constructor(parts: WatchingParts) {
    this.#parts = parts;
  }

  /** Answers `watch`: joins, changes zones or returns, and says everything the client is to have. */
  async watch(session: TabSession, request: Parsed<'watch'>): Promise<Response<'watch'>> {
    if (session.camera) {
      throw new RefusedError(
        'invalid-request',
        'watch: this session is a camera; send leave first.',
      );
    }
    const { tiles, forbidden } = permitted(session, request.tiles);
    const wanted = new Set(tiles.map(({ zone }) => zone));
    const begun = this.#parts.newWork.ofViewer(session, wanted, request.wall);
    try {
      this.#parts.limits.join(session, wanted);
      const answer = await this.#begin(session, request, tiles);
      return { ...answer, forbidden, ...this.#parts.loweredTiles.answerTo(session) };
    } finally {
      begun();
    }
  }

  async #begin(session: TabSession, request: Parsed<'watch'>, tiles: Tile[]) {
    const { viewing } = session;
    const wanted = new Set(tiles.map(({ zone }) => zone));
    viewing.rtpCapabilities = request.rtpCapabilities;
    const before = new Set(viewing.zones.keys());
    for (const zone of before) if (!wanted.has(zone)) this.stop(session, zone);
    const recorded = tiles.map((tile) => this.#join(session, tile));
    try {
      // Nobody watches without a record of it; it is written while the media is prepared.
      const [transport] = await Promise.all([
        this.#keepOrOpen(session, request.transportId, wanted),
        ...recorded,
      ]);
      const offered = await this.#reconcile(session);
      const watched = tiles.flatMap(({ zone }) => viewing.zones.get(zone)?.zone ?? []);
      for (const zone of watched) zone.refreshDemand();
      const zones = watched.map(({ summary }) => summary);
      return { zones, ...offered, ...(transport ? { transport } : {}) };
    } catch (error) {
      // What it watched before it goes on watching: only this request is refused.
      for (const zone of wanted) if (!before.has(zone)) this.stop(session, zone);
      throw error;
    }
  }

  /**
   * Answers `view`: shows watched zones otherwise than before, and names those that are not watched.
   * @throws RefusedError `not-joined` when none is
   */
  async view(session: TabSession, requested: Tile[]): Promise<Response<'view'>> {
    const { viewing } = session;
    const { rising, loweredTiles } = this.#parts;
    const tiles = requested.filter(({ zone }) => viewing.zones.has(zone));
    const unwatched = requested.filter((tile) => !tiles.includes(tile)).map(({ zone }) => zone);
    if (tiles.length === 0) {
      throw new RefusedError(
        'not-joined',
        `view: ${unwatched[0]} is not watched; send watch first.`,
      );
    }
    const waking = tiles.filter((tile) => rising.isWaking(session, tile));
    await Promise.all(waking.map((tile) => rising.riseAfresh(session, tile)));
    for (const tile of tiles) {
      const watched = viewing.zones.get(tile.zone);
      if (watched) watched.tile = tile;
    }
    await this.#showAll(session, new Set(tiles.map(({ zone }) => zone)));
    // Last, so that the key frame with which a camera wakes finds the way open.
    for (const { zone } of tiles) viewing.zones.get(zone)?.zone.refreshDemand();
    loweredTiles.tell(session);
    return { unwatched };
  }

  /** Shows all as it is to be shown now, as after the load of the node has changed. */
  async showAnew(session: TabSession): Promise<void> {
    const tiles = [...session.viewing.zones.values()].map(({ tile }) => tile);
    if (tiles.length > 0) await this.view(session, tiles);
  }

  /**
   * Answers `consumer:resume`, and names those that are gone: a camera may leave at any time.
   * @throws RefusedError `not-found` when none is there
   */
  async resume(session: TabSession, consumerIds: string[]): Promise<Response<'consumer:resume'>> {
    const all = [...session.viewing.consumers.values()];
    const held = new Map(all.map((one) => [one.parameters.id, one]));
    const consumers = consumerIds
      .flatMap((id) => held.get(id) ?? [])
      .filter(({ closed }) => !closed);
    if (consumers.length === 0) {
      throw new RefusedError('not-found', 'This session has no such consumer.');
    }
    await Promise.all(
      consumers.map((consumer) => this.#eachByItself(session, consumer, () => consumer.ready())),
    );
    const resumed = new Set(
      consumers.filter(({ closed }) => !closed).map(({ parameters }) => parameters.id),
    );
    return { gone: consumerIds.filter((id) => !resumed.has(id)) };
  }

  /** Takes a session out of a zone; its connection is kept, since other zones go on using it. */
  stop(session: TabSession, zone: ZoneId): void {
    const { viewing } = session;
    const watched = viewing.zones.get(zone);
    if (!watched) return;
    viewing.zones.delete(zone);
    viewing.forget(zone);
    watched.zone.leave(watched);
    this.#parts.participation.ended(session, 'operator', zone, watched.since);
  }

  /** @returns when it is kept that the zone is watched */
  async #join(session: TabSession, tile: Tile): Promise<void> {
    const { zones, participation } = this.#parts;
    const { viewing } = session;
    const watched = viewing.zones.get(tile.zone);
    if (watched) {
      watched.tile = tile;
      return;
    }
    const viewer = new TabViewer(session, zones.at(tile.zone), tile, this.#parts);
    viewing.zones.set(tile.zone, viewer);
    viewer.zone.join(viewer);
    await participation.began(session, 'operator', tile.zone);
  }

  async #keepOrOpen(session: TabSession, heldId: string | undefined, zones: Set<ZoneId>) {
    const { viewing } = session;
    const { media, iceServers, culprits, loweredTiles } = this.#parts;
    const held = viewing.connection;
    if (held && !held.closed && held.id === heldId) return undefined;
    viewing.drop();
    const connection = await media.openForViewer([...zones], iceServers(session));
    viewing.connection = connection;
    loweredTiles.settle(session);
    culprits.follow(connection, session, 'operator');
    connection.onConnected = () => {
      for (const { zone } of viewing.zones.values()) zone.refreshDemand();
    };
    connection.onLost = (reason) => {
      if (viewing.connection !== connection) return;
      viewing.drop();
      if (reason === 'worker-died') session.notify('rejoin', { reason: 'media-worker-died' });
    };
    return connection.parametersFor(session.via);
  }

  /** Forgets consumers that ended, shows the others as wanted, makes the missing ones, and lists all. */
  async #reconcile(session: TabSession): Promise<Offered> {
    const { viewing } = session;
    for (const [producerId, { closed }] of viewing.consumers) {
      if (closed) viewing.consumers.delete(producerId);
    }
    await this.#showAll(session, new Set(viewing.zones.keys()));
    const offered = await this.#parts.offering.offerAll(session);
    if (!viewing.connection || viewing.connection.closed) {
      throw new RefusedError(
        'unavailable',
        'The media worker is being replaced; try again shortly.',
      );
    }
    return offered;
  }

  async #showAll(session: TabSession, zones: Set<ZoneId>): Promise<void> {
    const { viewing } = session;
    await Promise.all(
      [...viewing.consumers.values()].map(async (consumer) => {
        const { zone, producerId } = consumer.parameters;
        const watched = viewing.zones.get(zone);
        const producer = watched?.zone.feed.find(({ id }) => id === producerId);
        if (!watched || !producer || !zones.has(zone)) return;
        const view = viewOf(watched.tile, producer, viewing);
        const shown = this.#parts.rising.settle(session, consumer, view);
        await this.#eachByItself(session, shown, () => shown.show(view));
      }),
    );
  }

  /** What one consumer cannot do is that feed's trouble, and stops nothing else that was asked for. */
  async #eachByItself(
    session: TabSession,
    consumer: Consumer,
    act: () => Promise<void>,
  ): Promise<void> {
    const watched = session.viewing.zones.get(consumer.parameters.zone);
    try {
      await act();
    } catch (error) {
      if (watched) this.#parts.offering.breakOff(session, watched.zone, consumer, error);
    }
  }
}

/** Parts tiles by whether their zones may be watched. @throws RefusedError `forbidden` when none may */
function permitted(session: TabSession, tiles: Tile[]): { tiles: Tile[]; forbidden: ZoneId[] } {
  const { principal } = session.caller;
  const allowed = tiles.filter(({ zone }) => may(principal, 'zone:watch', zone));
  const forbidden = tiles.filter((tile) => !allowed.includes(tile)).map(({ zone }) => zone);
  if (allowed.length === 0) demandMay(session, 'zone:watch', forbidden[0] ?? '');
  return { tiles: allowed, forbidden };
}
