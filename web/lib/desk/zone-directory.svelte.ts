/**
 * All zones that one may see, of which the server tells a part at a time: they are walked through once, then the part in
 * view is followed, and they are walked through anew when the numbers that the server tells are others.
 */
import { untrack } from 'svelte';
import { ZonePattern } from '../../../server/contract/access.ts';
import { mostListed } from '../../../server/contract/zone-list.ts';
import type { ZoneSummary } from '../../../server/contract/zone.ts';
import type { ServerConnection } from '../session/server-connection.svelte.ts';
import type { ShownZones } from '../session/shown-zones.svelte.ts';
import { agrees, walkThrough, withPart, type Part } from './zone-parts.ts';

/** Most zones that are known at once; beyond it a search asks the server. */
export const mostKnown = 2000;
/** Between two walks, ms. */
const rest = 5000;
/** A view that has not moved for so long is looked at, ms. */
const settled = 250;

/** The moment from which the first paint of the list is measured, as a mark of User Timing. */
const firstTold = 'desk-zones-told';

type List = Pick<ShownZones, 'show' | 'zones' | 'totals'>;

export class ZoneDirectory {
  /** In the order of their names. */
  zones = $state.raw<readonly ZoneSummary[]>([]);
  /** They have been walked through once. */
  ready = $state(false);
  /** There are more than are known. */
  partly = $state(false);
  readonly #list: List;
  #pattern = '*';
  /** What the list shows now; undefined while it is about to be another part. */
  #part: Part | undefined;
  #walk = 0;
  #walkedAt = -Infinity;
  #looked: ReturnType<typeof setTimeout> | undefined;
  #due: ReturnType<typeof setTimeout> | undefined;

  constructor(list: List) {
    this.#list = list;
  }

  /** Walks whenever the server is reached, and takes up what its list tells. Called where a component is made. */
  followServer(connection: Pick<ServerConnection, 'up'>): void {
    $effect(() => {
      if (connection.up) untrack(() => void this.walk());
    });
    $effect(() => {
      void this.#list.zones;
      untrack(() => this.take());
    });
    $effect(() => {
      void this.#list.totals;
      untrack(() => this.compare());
    });
  }

  /** Walks through all zones. */
  async walk(): Promise<void> {
    clearTimeout(this.#due);
    this.#due = undefined;
    this.#walkedAt = performance.now();
    const walk = (this.#walk += 1);
    const tell = async (part: Part): Promise<readonly ZoneSummary[] | undefined> => {
      const shown = await this.#show(part);
      return shown && walk === this.#walk ? this.#list.zones : undefined;
    };
    const met = await walkThrough(tell, { count: mostListed, most: mostKnown });
    if (!met) return;
    this.zones = met.zones;
    this.partly = met.partly;
    if (!this.ready) performance.mark(firstTold);
    this.ready = true;
  }

  /** Follows what is in view, from this zone on, once the scrolling rests. */
  look(from: string): void {
    clearTimeout(this.#looked);
    this.#looked = setTimeout(() => void this.#follow(from), settled);
  }

  /** Has the server look for what is typed, where not all zones are known. */
  search(text: string): void {
    const pattern = this.partly || this.#pattern !== '*' ? patternOf(text) : '*';
    if (pattern === undefined || pattern === this.#pattern) return;
    this.#pattern = pattern;
    void this.walk();
  }

  /** Takes up what the list tells of zones as they change. */
  take(): void {
    if (this.ready && this.#part) this.zones = withPart(this.zones, this.#list.zones, this.#part);
  }

  /** Walks anew, a while after the last time, if the server's numbers tell that zones elsewhere have changed. */
  compare(): void {
    if (!this.ready || this.#due !== undefined || !this.#differs()) return;
    const wait = Math.max(0, this.#walkedAt + rest - performance.now());
    this.#due = setTimeout(() => {
      this.#due = undefined;
      if (this.#differs()) void this.walk();
    }, wait);
  }

  close(): void {
    clearTimeout(this.#looked);
    clearTimeout(this.#due);
    this.#walk += 1;
  }

  async #follow(from: string): Promise<void> {
    if (this.zones.length < mostListed || !this.#part || this.#part.from === from) return;
    if (await this.#show({ from, count: mostListed })) this.take();
  }

  #differs(): boolean {
    const { totals } = this.#list;
    return totals !== undefined && !this.partly && !agrees(this.zones, totals);
  }

  async #show(part: Part): Promise<boolean> {
    this.#part = undefined;
    const shown = await this.#list.show({ pattern: this.#pattern, live: false, ...part });
    if (shown) this.#part = part;
    return shown;
  }
}

function patternOf(search: string): string | undefined {
  const text = search.trim();
  if (text === '') return '*';
  return ZonePattern.safeParse(text.includes('*') ? text : `*${text}*`).data;
}
