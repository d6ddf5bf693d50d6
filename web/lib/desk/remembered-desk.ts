/** What a desk begins with: what its address names, else what this tab had, else what was open last. */
import { z } from 'zod';
import { mostTiles } from '../../../server/contract/tile.ts';
import { ZoneId } from '../../../server/contract/zone.ts';
import { siteStorage, tabStorage } from '../browser-storage.ts';
import { isLayout, layouts } from '../wall/layout.ts';
import { parseZones } from '../wall/zone-choice.ts';

const Desk = z.object({
  zones: z.array(ZoneId).max(mostTiles),
  layout: z.enum(layouts),
  enlarged: ZoneId.optional(),
});
export type Desk = z.infer<typeof Desk>;

const nothing: Desk = { zones: [], layout: 'auto' };

export class RememberedDesk {
  readonly #key: string;

  /** @param person whose it is: several people may sit at this browser in turn */
  constructor(person: string) {
    this.#key = `surveillance-desk-${person}`;
  }

  /** @param search of the address: `?zones=CBD-TRAFFIC-01,CBD-TRAFFIC-02&layout=4` */
  begin(search: string): Desk {
    const query = new URLSearchParams(search);
    const layout = query.get('layout');
    const kept = this.#read(tabStorage) ?? this.#read(siteStorage) ?? nothing;
    const zones = parseZones(query.get('zones') ?? '').slice(0, mostTiles);
    const desk = zones.length > 0 ? { zones, layout: kept.layout } : kept;
    return { ...desk, ...(isLayout(layout) ? { layout } : {}), zones: [...new Set(desk.zones)] };
  }

  /** Keeps it for this tab, and for the next one that begins. */
  keep(desk: Desk): void {
    for (const storage of [tabStorage, siteStorage])
      storage.setItem(this.#key, JSON.stringify(desk));
  }

  #read(storage: Pick<Storage, 'getItem'>): Desk | undefined {
    try {
      return Desk.safeParse(JSON.parse(storage.getItem(this.#key) ?? 'null')).data;
    } catch {
      return undefined; // Something else wrote there; an empty desk is a fine start.
    }
  }
}
