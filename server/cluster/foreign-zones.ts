/**
 * Zones that are watched here while their camera is at another node: each has one pipe from there, for as long as anybody
 * here watches, and a little longer. Who has a zone is looked up again and again, so that nothing depends on having heard
 * of a change.
 */
import type { Logger } from 'pino';
import type { ZoneId } from '../contract/zone.ts';
import type { Zone } from '../zones/zone.ts';
import type { Channel } from './channel.ts';
import type { Leases, Owner } from './leases.ts';
import type { Owners } from './owners.ts';
import type { PipeCamera } from './pipe-camera.ts';
import { Rounds } from './rounds.ts';

/** Between two looks at who has the zones that are watched here, ms. */
const interval = 500;
/** How long a pipe that nobody here wants is kept, ms. */
const linger = 5000;

export interface ForeignZonesParts {
  readonly leases: Leases;
  readonly owners: Pick<Owners, 'of'>;
  readonly self: string;
  readonly find: (zone: ZoneId) => Zone | undefined;
  /** @throws RefusedError `unavailable` when that node cannot be reached */
  readonly openTo: (owner: Owner, zone: ZoneId) => Promise<Channel>;
  readonly makeCamera: (zone: Zone, owner: string, channel: Channel) => PipeCamera;
  /** Told that another node has a zone. */
  readonly onForeign: (zone: ZoneId) => void;
  readonly log: Logger;
}

interface Watched {
  readonly zone: ZoneId;
  /** Set while nobody here watches any more. */
  ending: NodeJS.Timeout | undefined;
  pipe: { readonly owner: Owner; readonly camera: PipeCamera } | undefined;
  /** To whom a pipe is being laid. */
  laying: Owner | undefined;
  /** The run of the node from which none could be had, until one was: it is told once. */
  refusedBy: string | undefined;
}

export class ForeignZones {
  readonly #parts: ForeignZonesParts;
  readonly #watched = new Map<ZoneId, Watched>();
  readonly #rounds = new Rounds(interval, () => this.#look([...this.#watched.keys()]));
  #closed = false;

  constructor(parts: ForeignZonesParts) {
    this.#parts = parts;
  }

  /** The pipes that come from other nodes. */
  get pipes(): { zone: ZoneId; from: string }[] {
    return [...this.#watched.values()].flatMap(({ zone, pipe }) =>
      pipe ? [{ zone, from: pipe.owner.node }] : [],
    );
  }

  /** Told when the first one here watches a zone, and when the last one has gone. */
  watched(zone: ZoneId, isWatched: boolean): void {
    if (this.#closed) return;
    const known = this.#watched.get(zone);
    if (!isWatched) {
      if (known) known.ending ??= setTimeout(() => this.#forget(known), linger).unref();
      return;
    }
    if (known) {
      clearTimeout(known.ending);
      known.ending = undefined;
      return;
    }
    const nothing = { ending: undefined, pipe: undefined, laying: undefined, refusedBy: undefined };
    this.#watched.set(zone, { zone, ...nothing });
    void this.#look([zone]);
  }

  /** Told that a zone has become this node's: its own camera takes the place. */
  taken(zone: ZoneId): void {
    const known = this.#watched.get(zone);
    if (known) this.#cut(known);
  }

  close(): void {
    this.#closed = true;
    this.#rounds.close();
    for (const each of [...this.#watched.values()]) this.#forget(each);
  }

  async #look(zones: ZoneId[]): Promise<void> {
    const { leases, self } = this.#parts;
    const missing = zones.filter((zone) => !this.#watched.get(zone)?.pipe && !leases.has(zone));
    for (const [zone, owner] of await this.#parts.owners.of(zones, missing)) {
      const known = this.#watched.get(zone);
      if (!known || owner.node === self || leases.has(zone)) continue;
      // This node cannot renew it now, but had it later: the other one will hear of that.
      if (!leases.cede(zone, owner)) continue;
      this.#parts.onForeign(zone);
      const { pipe } = known;
      if (pipe?.owner.boot === owner.boot) continue;
      // One with a lower token is of a Redis that has forgotten something; it will be told.
      if (pipe && pipe.owner.token >= owner.token) continue;
      this.#cut(known);
      if (!known.ending) void this.#lay(known, owner);
    }
  }

  async #lay(known: Watched, owner: Owner): Promise<void> {
    // One to a node that has died meanwhile is not waited for.
    if (known.laying?.boot === owner.boot) return;
    known.laying = owner;
    const { find, openTo, makeCamera, leases, log } = this.#parts;
    const { zone: id } = known;
    try {
      const channel = await openTo(owner, id);
      const zone = find(id);
      const isWanted = known.laying === owner && this.#watched.get(id) === known;
      if (!zone || !isWanted || leases.has(id)) return channel.close();
      const camera = makeCamera(zone, owner.node, channel);
      const pipe = { owner, camera };
      known.pipe = pipe;
      known.refusedBy = undefined;
      log.info({ zone: id, from: owner.node }, 'a pipe from another node');
      camera.onLost = (reason) => {
        log.info({ zone: id, from: owner.node, reason }, 'a pipe from another node has ended');
        if (known.pipe === pipe) known.pipe = undefined;
      };
    } catch (error) {
      if (known.refusedBy === owner.boot) return;
      known.refusedBy = owner.boot;
      log.warn({ err: error, zone: id, from: owner.node }, 'no pipe from another node');
    } finally {
      if (known.laying === owner) known.laying = undefined;
    }
  }

  #forget(known: Watched): void {
    clearTimeout(known.ending);
    this.#watched.delete(known.zone);
    this.#cut(known);
  }

  #cut(known: Watched): void {
    const { pipe } = known;
    known.pipe = undefined;
    pipe?.camera.close();
  }
}
