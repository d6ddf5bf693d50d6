/** The part of a long list of zones that is on the page: it follows the scrolling, and what is searched for. */
import { ZonePattern } from '../../../server/contract/access.ts';
import type { ShownZones } from '../session/shown-zones.svelte.ts';

/** Zones on the page at once, and by how many it moves on. */
const size = 100;
const step = 50;

export class ZoneWindow {
  /** As a person types it: a part of a name, or a pattern. */
  search = $state('');
  /** Where the window has begun so far, on the way from the first zone. */
  #starts = $state.raw<string[]>(['']);
  readonly #list: ShownZones;
  #moving = false;

  constructor(list: ShownZones) {
    this.#list = list;
  }

  readonly live = $derived.by(() => this.#list.zones.filter(({ camera }) => camera !== 'idle'));
  /** How many come before what is on the page, and after it. */
  readonly before = $derived.by(() => this.#list.before);
  readonly after = $derived.by(() =>
    Math.max(0, (this.#list.live ?? 0) - this.before - this.live.length),
  );
  /** Undefined where what is typed cannot be in a zone's name. */
  readonly pattern = $derived(patternOf(this.search));

  /** Begins anew with what is searched for. */
  begin(): void {
    this.#starts = [''];
    void this.#show();
  }

  /** Moves on by a part of the page. @returns whether it has moved, once the zones are there */
  async forward(): Promise<boolean> {
    const start = this.live[Math.min(step, this.live.length - 1)]?.id;
    if (this.after === 0 || start === undefined) return false;
    return this.#move([...this.#starts, start]);
  }

  async back(): Promise<boolean> {
    if (this.#starts.length < 2) return false;
    return this.#move(this.#starts.slice(0, -1));
  }

  async #move(starts: string[]): Promise<boolean> {
    if (this.#moving) return false;
    this.#moving = true;
    this.#starts = starts;
    try {
      return await this.#show();
    } finally {
      this.#moving = false;
    }
  }

  #show(): Promise<boolean> {
    const from = this.#starts.at(-1) ?? '';
    return this.#list.show({ pattern: this.pattern ?? '*', live: true, from, count: size });
  }
}

function patternOf(search: string): string | undefined {
  const text = search.trim();
  if (text === '') return '*';
  return ZonePattern.safeParse(text.includes('*') ? text : `*${text}*`).data;
}
