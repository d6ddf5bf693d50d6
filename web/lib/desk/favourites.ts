/** The zones that somebody has starred, and the groups that they have closed: kept in this browser. */
import { SvelteSet } from 'svelte/reactivity';
import { z } from 'zod';
import { ZoneId } from '../../../server/contract/zone.ts';
import { siteStorage } from '../browser-storage.ts';

/** Most of either that are kept. */
const most = 500;
const Kept = z.object({
  favourites: z.array(ZoneId).max(most).catch([]),
  closed: z.array(z.string().max(200)).max(most).catch([]),
});

export class Favourites {
  readonly favourites: SvelteSet<string>;
  readonly closed: SvelteSet<string>;
  readonly #key: string;

  /** @param person whose they are: several people may sit at this browser in turn */
  constructor(person: string) {
    this.#key = `surveillance-navigator-${person}`;
    const { favourites, closed } = this.#read();
    this.favourites = new SvelteSet(favourites);
    this.closed = new SvelteSet(closed);
  }

  star(zone: string): void {
    toggle(this.favourites, zone);
    this.#write();
  }

  /** Opens a group, or closes it. */
  fold(group: string): void {
    toggle(this.closed, group);
    this.#write();
  }

  #read(): z.infer<typeof Kept> {
    try {
      return Kept.parse(JSON.parse(siteStorage.getItem(this.#key) ?? '{}'));
    } catch {
      return Kept.parse({}); // Something else wrote there; none is a fine start.
    }
  }

  #write(): void {
    const { favourites, closed } = this;
    const kept = { favourites: [...favourites].slice(-most), closed: [...closed].slice(-most) };
    siteStorage.setItem(this.#key, JSON.stringify(kept));
  }
}

function toggle(set: SvelteSet<string>, one: string): void {
  if (!set.delete(one)) set.add(one);
}
