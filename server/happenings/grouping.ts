/** What belongs together: a crowd is one happening with a number, and what comes and goes is told once. */
import type { HappeningKind } from '../contract/happening.ts';
import type { ZoneId } from '../contract/zone.ts';
import { begin, hasRoom, isLost, type HappeningRecord } from './record.ts';

/** ms */
export const windows = {
  /** Lost within this time of the one before, they are a crowd. */
  crowd: 10_000,
  /** However slowly it grows, a crowd takes no more after this time. */
  longestCrowd: 60_000,
  /** Lost again within this time after it came back, it is the same trouble. */
  flapping: 600_000,
};

export class Grouping {
  /** Of a kind and a zone, the newest happening. */
  readonly #ofZone = new Map<string, HappeningRecord>();
  /** Of a kind, the newest one that a crowd could join. */
  readonly #crowds = new Map<HappeningKind, HappeningRecord>();
  /** Gateways that are gone, by a zone that each filmed. */
  readonly #reaches = new Map<ZoneId, HappeningRecord>();

  /** Takes up how a happening is now. */
  take(record: HappeningRecord): void {
    const { kind, subject, zones, reach, ended } = record;
    for (const zone of zones.keys()) this.#ofZone.set(keyOf(kind, zone), record);
    if (subject === undefined) {
      const known = this.#crowds.get(kind);
      // Those of one moment have no order, and what is full keeps nobody from joining the next one.
      const isNext = hasRoom(record) && (!known || known.id <= record.id || !hasRoom(known));
      if (!known || isNext) this.#crowds.set(kind, record);
    }
    for (const zone of reach) {
      if (ended === undefined) this.#reaches.set(zone, record);
      else if (this.#reaches.get(zone)?.id === record.id) this.#reaches.delete(zone);
    }
  }

  forget({ id, kind, zones, reach }: HappeningRecord): void {
    for (const zone of zones.keys()) {
      const key = keyOf(kind, zone);
      if (this.#ofZone.get(key)?.id === id) this.#ofZone.delete(key);
    }
    for (const zone of reach) {
      if (this.#reaches.get(zone)?.id === id) this.#reaches.delete(zone);
    }
    if (this.#crowds.get(kind)?.id === id) this.#crowds.delete(kind);
  }

  /**
   * Where the trouble of a zone is told: a happening that there is, or a new one.
   * @param at ms since the epoch
   * @returns undefined where it is told already
   */
  placeOf(kind: HappeningKind, zone: ZoneId, at: number): HappeningRecord | undefined {
    const gateway = kind === 'zones-lost' ? this.#reaches.get(zone) : undefined;
    if (gateway && isLost(gateway, zone)) return undefined;
    const before = this.#ofZone.get(keyOf(kind, zone));
    if (before && isLost(before, zone) && kind !== 'zones-ended') return undefined;
    if (gateway) return gateway;
    if (before && at - (before.zones.get(zone)?.back ?? 0) < windows.flapping) return before;
    const crowd = this.#crowds.get(kind);
    return crowd && joins(crowd, at) ? crowd : begin({ kind, at });
  }

  /** Those in which the zone is lost, of these kinds. */
  lossesOf(zone: ZoneId, kinds: readonly HappeningKind[]): HappeningRecord[] {
    const gateway = this.#reaches.get(zone);
    const all = [...kinds.map((kind) => this.#ofZone.get(keyOf(kind, zone))), gateway];
    return [...new Set(all.filter((one) => one !== undefined))].filter((one) => isLost(one, zone));
  }
}

/** What somebody has acknowledged takes nobody more in: the next ones would not be seen. */
function joins(crowd: HappeningRecord, at: number): boolean {
  if (crowd.acknowledged || crowd.kind === 'camera-tampered' || !hasRoom(crowd)) return false;
  const last = Math.max(crowd.began, ...[...crowd.zones.values()].map(({ since }) => since));
  return at - last < windows.crowd && at - crowd.began < windows.longestCrowd;
}

function keyOf(kind: HappeningKind, zone: ZoneId): string {
  return `${kind} ${zone}`;
}
