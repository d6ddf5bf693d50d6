/** The names of zones that there are, for a page that lets one be typed: to offer them, and to tell a mistake. */
import type { ZoneNames } from '../../../server/contract/zone-list.ts';
import { matchesZone } from '../../../server/contract/zone.ts';
import { nearestTo } from './nearest.ts';

/** What was read is good for so long, ms. */
const freshFor = 5000;

export class KnownNames {
  /** Undefined until they are known; a server of an earlier version does not tell them. */
  #told = $state.raw<ZoneNames>();
  #askedAt = -Infinity;
  readonly #ask: () => Promise<ZoneNames>;

  constructor(ask: () => Promise<ZoneNames>) {
    this.#ask = ask;
  }

  get names(): readonly string[] {
    return this.#told?.names ?? [];
  }

  /** There are more. */
  get partly(): boolean {
    return this.#told?.partly ?? false;
  }

  /** Those that a pattern stands for, by the server's own rule; undefined while no names are known. */
  matching(pattern: string): readonly string[] | undefined {
    return this.#told?.names.filter((name) => matchesZone(pattern, name));
  }

  /** Reads them anew, unless that was a moment ago. */
  async refresh(): Promise<void> {
    const now = performance.now();
    if (now - this.#askedAt < freshFor) return;
    this.#askedAt = now;
    try {
      this.#told = await this.#ask();
    } catch {
      // They are a help: without them nothing is offered, and no name is called a mistake.
    }
  }

  /** Whether it is certain that there is no zone of this name; not so before the names are known. */
  lacks(zone: string): boolean {
    return this.#told !== undefined && !this.#told.partly && !this.#told.names.includes(zone);
  }

  /** Names that may have been meant, the nearest first. */
  nearestTo(zone: string): string[] {
    return nearestTo(zone, this.names);
  }
}
