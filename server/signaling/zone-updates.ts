/**
 * What clients are told of zones that they may see: all at first, and then what changed. A client that takes part
 * in a zone hears of its camera from the zone itself, at once.
 */
import { may } from '../contract/policy.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { Zones } from '../zones/zones.ts';
import type { TabSession } from './tab-session.ts';

const interval = 200; // ms

export class ZoneUpdates {
  readonly #zones: Zones;
  readonly #sessions: ReadonlyMap<string, TabSession>;
  readonly #changed = new Set<ZoneId>();
  #due: NodeJS.Timeout | undefined;

  constructor(zones: Zones, sessions: ReadonlyMap<string, TabSession>) {
    this.#zones = zones;
    this.#sessions = sessions;
  }

  /** Tells one client of all zones. */
  tell(session: TabSession): void {
    const zones = this.#zones.list().filter(({ id }) => sees(session, id));
    session.notify('zones', { zones });
  }

  /** Tells everyone of a change, together with what else changes in a moment. */
  changed(zone: ZoneId): void {
    this.#changed.add(zone);
    this.#due ??= setTimeout(() => this.#publish(), interval);
  }

  close(): void {
    clearTimeout(this.#due);
  }

  #publish(): void {
    this.#due = undefined;
    const ids = [...this.#changed];
    this.#changed.clear();
    const there = ids.flatMap((id) => (this.#zones.has(id) ? (this.#zones.find(id) ?? []) : []));
    // The number of viewers: told at each join, it would cost a full zone more than the join.
    for (const zone of there) zone.tell();
    const changed = there.map(({ summary }) => summary);
    const gone = ids.filter((id) => !this.#zones.has(id));
    for (const session of this.#sessions.values()) {
      const notice = {
        changed: changed.filter(({ id }) => sees(session, id)),
        gone: gone.filter((id) => sees(session, id)),
      };
      if (notice.changed.length + notice.gone.length > 0) session.notify('zones:changed', notice);
    }
  }
}

function sees(session: TabSession, zone: ZoneId): boolean {
  return may(session.caller.principal, 'zone:see', zone);
}
