/** Tells whoever follows what happens, each of what they may see, and what changes in a moment together. */
import type { Principal } from '../contract/access.ts';
import type { Response } from '../contract/events.ts';
import type { Happening } from '../contract/happening.ts';
import type { HappeningRecord } from '../happenings/record.ts';
import type { TabSession } from './tab-session.ts';

const interval = 200; // ms

/** What happens, as signalling uses it. */
export interface ToldHappenings {
  onChange: (record: HappeningRecord) => void;
  /** The newest first. */
  newestFor(principal: Principal): Happening[];
  /** Undefined where nothing of it is theirs to see. */
  visible(principal: Principal, record: HappeningRecord): Happening | undefined;
}

export class HappeningUpdates {
  readonly #happenings: ToldHappenings;
  readonly #followers = new Set<TabSession>();
  readonly #changed = new Map<string, HappeningRecord>();
  #due: NodeJS.Timeout | undefined;

  constructor(happenings: ToldHappenings) {
    this.#happenings = happenings;
    happenings.onChange = (record) => {
      this.#changed.set(record.id, record);
      this.#due ??= setTimeout(() => this.#tell(), interval);
    };
  }

  /** Answers `happenings:follow`. */
  follow(session: TabSession): Response<'happenings:follow'> {
    this.#followers.add(session);
    return { happenings: this.#happenings.newestFor(session.caller.principal) };
  }

  /** What somebody may see has changed: they hear all of it anew. */
  recheck(session: TabSession): void {
    if (!this.#followers.has(session)) return;
    session.notify('happenings', this.follow(session));
  }

  forget(session: TabSession): void {
    this.#followers.delete(session);
  }

  close(): void {
    clearTimeout(this.#due);
  }

  #tell(): void {
    this.#due = undefined;
    const records = [...this.#changed.values()];
    this.#changed.clear();
    /** Many may see the same. */
    const seen = new Map<string, Happening[]>();
    for (const session of this.#followers) {
      const { principal } = session.caller;
      const key = JSON.stringify(principal.grants);
      const happenings =
        seen.get(key) ??
        records.flatMap((record) => this.#happenings.visible(principal, record) ?? []);
      seen.set(key, happenings);
      if (happenings.length > 0) session.notify('happenings:changed', { happenings });
    }
  }
}
