/** Looks what becomes of the cameras at this node: which of them are lost, stalled, or back. */
import type { CameraState, ZoneId } from '../contract/zone.ts';
import type { HappeningKind } from '../contract/happening.ts';
import { Patience } from './patience.ts';

/** Until a loss is told, ms: a reload of its page or a change of network is over by then. */
export const grace = 3000;

/** What is looked at of a zone. */
export interface WatchedZone {
  readonly id: ZoneId;
  /** `idle` where no camera is at this node. */
  readonly cameraHere: CameraState;
  /** Whether the last camera has left because a person wished it. */
  readonly leftByChoice: boolean;
}

export interface ZoneWatchParts {
  /** @param at ms since the epoch, when it began */
  readonly trouble: (kind: HappeningKind, zone: ZoneId, at: number) => void;
  readonly over: (kinds: readonly HappeningKind[], zone: ZoneId, at: number) => void;
  /** Whether this node goes: then its cameras leave as they are told. */
  readonly isLeaving: () => boolean;
  /** Which of these zones have a camera at another node. */
  readonly elsewhere: (zones: ZoneId[]) => Promise<ReadonlySet<ZoneId>>;
  /** ms since the epoch */
  readonly now: () => number;
}

type Standing = 'up' | 'stalled' | 'down';
const standings: Record<CameraState, Standing> = {
  idle: 'down',
  connecting: 'down',
  connected: 'up',
  streaming: 'up',
  stalled: 'stalled',
};

export class ZoneWatch {
  readonly #parts: ZoneWatchParts;
  /** Of zones with a camera here, and of those that had one a moment ago. */
  readonly #standing = new Map<ZoneId, Standing>();
  readonly #losses = new Patience<ZoneId>(grace);
  readonly #stalls = new Patience<ZoneId>(grace);
  #lost: { zone: ZoneId; at: number }[] = [];
  #telling: NodeJS.Timeout | undefined;

  constructor(parts: ZoneWatchParts) {
    this.#parts = parts;
  }

  /** Whether a camera is here. */
  has(zone: ZoneId): boolean {
    const standing = this.#standing.get(zone);
    return standing === 'up' || standing === 'stalled';
  }

  /** To be told after each change of a zone. */
  changed({ id, cameraHere, leftByChoice }: WatchedZone): void {
    const before = this.#standing.get(id);
    const standing = standings[cameraHere];
    if (standing === before || (before === undefined && standing === 'down')) return;
    const at = this.#parts.now();
    this.#standing.set(id, standing);
    if (standing === 'down') return this.#down(id, at, cameraHere === 'idle' && leftByChoice);
    this.#losses.callOff(id);
    if (standing === 'stalled') {
      this.#stalls.begin(id, () => this.#parts.trouble('zones-stalled', id, at));
      return this.#parts.over(['zones-lost'], id, at);
    }
    this.#stalls.callOff(id);
    this.#parts.over(['zones-lost', 'zones-stalled', 'zones-ended'], id, at);
  }

  close(): void {
    this.#losses.close();
    this.#stalls.close();
    clearTimeout(this.#telling);
  }

  #down(id: ZoneId, at: number, byChoice: boolean): void {
    this.#stalls.callOff(id);
    if (byChoice || this.#parts.isLeaving()) {
      this.#losses.callOff(id);
      this.#standing.delete(id);
      this.#parts.over(['zones-stalled', 'zones-lost'], id, at);
      if (!this.#parts.isLeaving()) this.#parts.trouble('zones-ended', id, at);
      return;
    }
    this.#losses.begin(id, () => {
      this.#lost.push({ zone: id, at });
      // Those of one moment are asked about together.
      this.#telling ??= setTimeout(() => void this.#tell(), 100).unref();
    });
  }

  async #tell(): Promise<void> {
    this.#telling = undefined;
    const lost = this.#lost;
    this.#lost = [];
    const { elsewhere, over, trouble } = this.#parts;
    const there = await elsewhere(lost.map(({ zone }) => zone));
    for (const { zone, at } of lost) {
      if (this.has(zone)) continue; // It came back meanwhile.
      over(['zones-stalled'], zone, at);
      this.#standing.delete(zone);
      if (!there.has(zone)) trouble('zones-lost', zone, at);
    }
  }
}
