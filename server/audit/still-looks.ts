/**
 * That people look at stills is in the audit before they see any: once in a while for each person and zone, and with one
 * record for all zones of a list that says which they are. A list only says it sooner: a still whose zone is in no list
 * is recorded by itself.
 */
import type { AuditEntry } from '../contract/audit.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { Audit } from './audit.ts';

/** A person who goes on looking at stills of a zone is recorded once in this time, ms. */
export const recordedFor = 300_000;
/** A list that is said again so long before its end is recorded anew, ms. */
const renewed = 60_000;
/** More than anyone has lists; above it, those known longest are forgotten, and recorded again. */
const mostKept = 100_000;

/** Who looks, and from where. */
type By = Pick<AuditEntry, 'actor' | 'address'>;

interface Look {
  /** ms of `performance.now()` */
  readonly until: number;
  /** Resolves when the record is kept for good. */
  readonly kept: Promise<void>;
}

export class StillLooks {
  readonly #audit: Pick<Audit, 'record'>;
  /** By person and zone. */
  readonly #looks = new Map<string, Look>();

  constructor(audit: Pick<Audit, 'record'>) {
    this.#audit = audit;
  }

  /** To be awaited before somebody gets a still. @throws StoreError when that cannot be recorded */
  async at(zone: ZoneId, by: By): Promise<void> {
    const look = this.#looks.get(nameOf(by, zone));
    if (look && look.until > performance.now()) return look.kept;
    await this.#record([zone], by);
  }

  /** A list shows stills of these zones for a while. @throws StoreError when that cannot be recorded */
  async list(zones: readonly ZoneId[], by: By): Promise<void> {
    const soon = performance.now() + renewed;
    const due = [...new Set(zones)].filter((zone) => {
      const look = this.#looks.get(nameOf(by, zone));
      return !look || look.until < soon;
    });
    if (due.length > 0) await this.#record(due, by);
  }

  async #record(zones: readonly ZoneId[], by: By): Promise<void> {
    const [zone, another] = zones;
    const entry = { kind: 'watching', action: 'looked', ...by } as const;
    const kept = this.#audit.record(
      another === undefined ? { ...entry, zone } : { ...entry, detail: { zones } },
    );
    const look = { until: performance.now() + recordedFor, kept };
    const names = zones.map((id) => nameOf(by, id));
    for (const name of names) {
      this.#looks.delete(name);
      this.#looks.set(name, look);
    }
    this.#forgetOldest();
    try {
      await kept;
    } catch (error) {
      for (const name of names) if (this.#looks.get(name) === look) this.#looks.delete(name);
      throw error;
    }
  }

  #forgetOldest(): void {
    const now = performance.now();
    for (const [name, { until }] of this.#looks) {
      if (until > now && this.#looks.size <= mostKept) break;
      this.#looks.delete(name);
    }
  }
}

/** Where there are no accounts, who looks is told by the address alone. */
function nameOf({ actor, address }: By, zone: ZoneId): string {
  return `${actor.kind === 'anyone' ? address : actor.id} ${zone}`;
}
