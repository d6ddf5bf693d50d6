/**
 * What counts as new work, about which the node is asked whether it has room: who begins, or adds much. What flows goes
 * on, and whoever had something a moment ago has it again.
 */
import type { Caller } from '../access/caller.ts';
import type { Capacity } from '../capacity/capacity.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { MediaPlane, ViewerConnection } from '../media/plane.ts';
import type { Zones } from '../zones/zones.ts';
import { rankOfViewer } from './rank.ts';

/** What a viewer may add to the tiles that it was let in with, without being asked about: the higher of both. */
const little = { tiles: 4, share: 0.25 };

/** Who watches, and what so far. */
export interface Watches {
  readonly caller: Caller;
  readonly viewing: {
    readonly zones: { readonly size: number };
    readonly connection: Pick<ViewerConnection, 'closed' | 'workerNumber'> | undefined;
    /** How many tiles it was let in with: it may have as many without being asked about again. */
    admitted: number;
  };
}

export interface NewWorkParts {
  readonly capacity: Capacity;
  readonly media: Pick<MediaPlane, 'landingOfCamera' | 'landingOfViewer'>;
  readonly zones: Pick<Zones, 'find'>;
  /** For how long a camera that has left its zone may come back without being asked about, ms. */
  readonly grace: number;
}

const begun = (): void => {};

export class NewWork {
  readonly #parts: NewWorkParts;
  /** When the camera of a zone has left, ms of `performance.now()`; the first one first. */
  readonly #left = new Map<ZoneId, number>();

  constructor(parts: NewWorkParts) {
    this.#parts = parts;
  }

  /**
   * Asked before somebody watches these zones and no others.
   * @returns to be called when it does, or has failed
   * @throws RefusedError `unavailable`
   */
  ofViewer({ viewing, caller }: Watches, wanted: Set<ZoneId>, isWall: boolean): () => void {
    const { capacity, media } = this.#parts;
    const { connection } = viewing;
    const had = viewing.zones.size > 0 ? viewing.admitted : 0;
    const tiles = wanted.size - had;
    if (had > 0 && tiles <= Math.max(little.tiles, had * little.share)) return begun;
    const held = connection && !connection.closed ? connection.workerNumber : undefined;
    const worker = held ?? media.landingOfViewer([...wanted]);
    // Without a worker there is another refusal.
    if (worker === undefined) return begun;
    const rank = rankOfViewer(caller.principal, isWall, [...wanted]);
    const done = capacity.admit({ rank, worker, tiles, grows: had > 0 });
    viewing.admitted = wanted.size;
    return done;
  }

  /** Asked before a camera takes a zone. @throws RefusedError `unavailable` */
  ofCamera(zone: ZoneId): void {
    const { capacity, media, zones } = this.#parts;
    if (zones.find(zone)?.camera || this.#hasJustLeft(zone)) return;
    const worker = media.landingOfCamera(zone);
    if (worker !== undefined) {
      capacity.admit({ rank: 'camera', worker, tiles: 0, grows: false })();
    }
  }

  /** The camera of a zone has left. */
  cameraLeft(zone: ZoneId): void {
    this.#forget();
    this.#left.delete(zone);
    this.#left.set(zone, performance.now());
  }

  #hasJustLeft(zone: ZoneId): boolean {
    this.#forget();
    return this.#left.has(zone);
  }

  #forget(): void {
    const latest = performance.now() - this.#parts.grace;
    for (const [zone, at] of this.#left) {
      if (at > latest) return;
      this.#left.delete(zone);
    }
  }
}
