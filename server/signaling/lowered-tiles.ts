/** Keeps the tiles of viewers as small as the load of their media workers asks for, and tells the viewers which are. */
import type { Capacity } from '../capacity/capacity.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { TabSession } from './tab-session.ts';
import { isLowered } from './view-of.ts';

export class LoweredTiles {
  readonly #capacity: Capacity;

  constructor(capacity: Capacity) {
    this.#capacity = capacity;
  }

  /** Takes note of what holds for a session now. @returns whether that is a change */
  settle({ viewing }: TabSession): boolean {
    const { connection, lowered, turn } = viewing;
    const share = connection ? this.#capacity.loweredShare(connection.workerNumber) : 0;
    viewing.lowered = turn < share;
    return viewing.lowered !== lowered;
  }

  /** Looks at all sessions again. @param showAnew shows a session's tiles as it is to be now */
  look(sessions: Iterable<TabSession>, showAnew: (session: TabSession) => Promise<void>): void {
    for (const session of sessions) {
      if (!session.viewing.connection) continue;
      if (this.settle(session)) void session.enqueue(() => showAnew(session));
      this.tell(session);
    }
  }

  /** The watched zones whose tiles are smaller than they could be. */
  of({ viewing }: TabSession): ZoneId[] {
    if (!viewing.lowered) return [];
    return [...viewing.zones.values()].flatMap(({ zone, tile }) =>
      zone.video && isLowered(tile, zone.video, viewing) ? zone.id : [],
    );
  }

  /** Tells a client of them, unless it knows. */
  tell(session: TabSession): void {
    const zones = this.of(session);
    if (this.#isKnown(session, zones)) return;
    session.notify('tiles:lowered', { zones });
  }

  /** What the answer to `watch` says of them. */
  answerTo(session: TabSession): { lowered?: ZoneId[] } {
    const lowered = this.of(session);
    this.#isKnown(session, lowered);
    return lowered.length > 0 ? { lowered } : {};
  }

  #isKnown({ viewing }: TabSession, zones: ZoneId[]): boolean {
    const known = viewing.toldLowered;
    viewing.toldLowered = zones.join();
    return viewing.toldLowered === known;
  }
}
