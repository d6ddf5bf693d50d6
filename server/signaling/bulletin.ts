/** What clients are told of zones: each of those it may see, all at first and then what changed. */
import { may } from '../access/policy.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { ZoneRegistry } from '../zones/registry.ts';
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
    const changed = ids.filter((id) => this.#zones.has(id)).map((id) => this.#zones.summary(id));
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

function sees(session: Session, zone: ZoneId): boolean {
  return may(session.caller.principal, 'zone:see', zone);
}
