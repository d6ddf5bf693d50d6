/**
 * What clients are told of zones: each of those it may see, all at first and then what changed; and whoever
 * takes part in a zone, of its camera at once.
 */
import { may } from '../contract/policy.ts';
import type { ZoneId, ZoneSummary } from '../contract/zone.ts';
import type { ZoneChange, ZoneRegistry } from '../zones/registry.ts';
import type { Session } from './session.ts';

const interval = 200; // ms

export class Bulletin {
  readonly #zones: ZoneRegistry;
  readonly #sessions: ReadonlyMap<string, Session>;
  readonly #changed = new Set<ZoneId>();
  #due: NodeJS.Timeout | undefined;

  constructor(zones: ZoneRegistry, sessions: ReadonlyMap<string, Session>) {
    this.#zones = zones;
    this.#sessions = sessions;
  }

  /** Tells one client of all zones. */
  tell(session: Session): void {
    const zones = this.#zones.list().filter(({ id }) => sees(session, id));
    session.notify('zones', { zones });
  }

  /** Tells everyone of a change, together with what else changes in a moment. */
  changed(zone: ZoneSummary, what: ZoneChange): void {
    if (what === 'camera') {
      for (const session of this.#sessions.values()) tellInside(session, [zone]);
    }
    this.#changed.add(zone.id);
    this.#due ??= setTimeout(() => this.#publish(), interval);
  }

  close(): void {
    clearTimeout(this.#due);
  }

  #publish(): void {
    this.#due = undefined;
    const ids = [...this.#changed];
    this.#changed.clear();
    const changed = ids.filter((id) => this.#zones.has(id)).map((id) => this.#zones.summary(id));
    const gone = ids.filter((id) => !this.#zones.has(id));
    for (const session of this.#sessions.values()) {
      // Their number of viewers: told at each join, it would cost a full zone more than the join.
      tellInside(session, changed);
      const notice = {
        changed: changed.filter(({ id }) => sees(session, id)),
        gone: gone.filter((id) => sees(session, id)),
      };
      if (notice.changed.length + notice.gone.length > 0) session.notify('zones:changed', notice);
    }
  }
}

function tellInside(session: Session, zones: ZoneSummary[]): void {
  for (const zone of zones) {
    if (session.takesPartIn(zone.id)) session.notify('zone:changed', { zone });
  }
}

function sees(session: Session, zone: ZoneId): boolean {
  return may(session.caller.principal, 'zone:see', zone);
}
