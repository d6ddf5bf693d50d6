/**
 * Zones that are watched here while their camera is at another node: each has one pipe, for as long as anybody here watches,
 * and a little longer. Who has a zone is looked up again and again, so that nothing depends on having heard of a change.
 */
import type { PipePath } from '../../contract/pipe.ts';
import type { ZoneId } from '../../contract/zone.ts';
import type { Owners } from '../directory/owners.ts';
import { Rounds } from '../rounds.ts';
import type { NodeRun } from '../wire/peers.ts';
import { ForeignZone, type ForeignZoneParts } from './foreign-zone.ts';

/** Between two looks at who has the zones that are watched here, ms. */
const interval = 500;
/** How long a pipe that nobody here wants is kept, ms. */
const linger = 5000;

export interface ForeignZonesParts extends ForeignZoneParts {
  readonly owners: Pick<Owners, 'of'>;
}

export class ForeignZones {
  readonly #parts: ForeignZonesParts;
  readonly #watched = new Map<ZoneId, ForeignZone>();
  /** Of those that nobody here watches any more. */
  readonly #endings = new Map<ZoneId, NodeJS.Timeout>();
  readonly #rounds = new Rounds(interval, () => this.#look([...this.#watched.keys()]));
  #closed = false;

  constructor(parts: ForeignZonesParts) {
    this.#parts = parts;
  }

  /** The pipes that come from other nodes. */
  get pipes(): { zone: ZoneId; from: string }[] {
    return [...this.#watched.values()].flatMap(({ zone, parent }) =>
      parent ? [{ zone, from: parent.node }] : [],
    );
  }

  /** By which nodes a zone comes to here, the last one before this; undefined where it does not, as far as is known. */
  pathOf(zone: ZoneId): PipePath | undefined {
    return this.#watched.get(zone)?.path;
  }

  /** Whether anything comes to here from an owner, by whatever way. */
  hasFrom(owner: NodeRun): boolean {
    return [...this.#watched.values()].some((zone) => zone.hasFrom(owner));
  }

  /** Told when the first one here watches a zone, and when the last one has gone. */
  watched(id: ZoneId, isWatched: boolean): void {
    if (this.#closed) return;
    const known = this.#watched.get(id);
    if (known) known.isWatched = isWatched;
    if (!isWatched) {
      if (!known || this.#endings.has(id)) return;
      this.#endings.set(id, setTimeout(() => this.#forget(id), linger).unref());
      return;
    }
    clearTimeout(this.#endings.get(id));
    this.#endings.delete(id);
    if (known) return;
    const zone = new ForeignZone(id, this.#parts);
    zone.onDue = () => void this.#look([id]);
    this.#watched.set(id, zone);
    void this.#look([id]);
  }

  /** Told that a zone has become this node's: its own camera takes the place. */
  taken(zone: ZoneId): void {
    this.#watched.get(zone)?.taken();
  }

  close(): void {
    this.#closed = true;
    this.#rounds.close();
    for (const id of [...this.#watched.keys()]) this.#forget(id);
  }

  async #look(zones: ZoneId[]): Promise<void> {
    const { leases, owners } = this.#parts;
    const missing = zones.filter((zone) => !this.#watched.get(zone)?.parent && !leases.has(zone));
    const found = await owners.of(zones, missing);
    for (const zone of zones) this.#watched.get(zone)?.follow(found.get(zone));
  }

  #forget(id: ZoneId): void {
    clearTimeout(this.#endings.get(id));
    this.#endings.delete(id);
    const zone = this.#watched.get(id);
    this.#watched.delete(id);
    zone?.close();
  }
}
