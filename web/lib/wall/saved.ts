/** Walls by name, kept in this browser; and walls as links, for everyone else. */
import { z } from 'zod';
import { siteStorage } from '../browser-storage.ts';
import { ZoneId } from '../../../server/contract/zone.ts';
import { choiceText, parseChoice, parseZones, type ZoneChoice } from './zone-choice.ts';
import { isLayout, layouts, type Layout } from './layout.ts';

const key = 'surveillance-walls';
/** Zones of which an order is kept. */
export const mostOrdered = 500;

const SavedWall = z.object({
  name: z.string().min(1).max(64),
  /** A pattern or a list, as a person types it. */
  zones: z.string().max(5000),
  layout: z.enum(layouts),
  /** Of a pattern: the order that its tiles were moved to. */
  order: z.array(ZoneId).max(mostOrdered).optional(),
});
export type SavedWall = z.infer<typeof SavedWall>;

export function savedWalls(): SavedWall[] {
  try {
    return z.array(SavedWall).parse(JSON.parse(siteStorage.getItem(key) ?? '[]'));
  } catch {
    return []; // Something else wrote there; no saved walls is a fine start.
  }
}

/** Adds a wall, in place of one of the same name. */
export function saveWall(wall: SavedWall): SavedWall[] {
  const others = savedWalls().filter(({ name }) => name !== wall.name);
  return store([...others, wall].sort((a, b) => a.name.localeCompare(b.name)));
}

export function forgetWall(name: string): SavedWall[] {
  return store(savedWalls().filter((wall) => wall.name !== name));
}

function store(walls: SavedWall[]): SavedWall[] {
  siteStorage.setItem(key, JSON.stringify(walls));
  return walls;
}

export interface WallAddress {
  choice: ZoneChoice;
  layout: Layout;
  /** In which order zones that fit the pattern are to stand. */
  order: string[];
  kiosk: boolean;
  /** Zones or names of saved walls; empty for all zones of the wall. Undefined: no tour. */
  tour: string[] | undefined;
  /** s */
  dwell: number | undefined;
}

/** What an address such as `/wall?match=CBD-*&layout=9&kiosk=1&tour=&dwell=15` asks for. */
export function readAddress(search: string): WallAddress {
  const query = new URLSearchParams(search);
  const layout = query.get('layout');
  const tour = query.get('tour');
  const dwell = Number(query.get('dwell'));
  return {
    choice: parseChoice(query.get('zones') ?? query.get('match') ?? ''),
    layout: isLayout(layout) ? layout : 'auto',
    order: parseZones(query.get('order') ?? '').slice(0, mostOrdered),
    kiosk: query.get('kiosk') === '1',
    tour: tour === null ? undefined : parseStops(tour),
    dwell: dwell > 0 ? dwell : undefined,
  };
}

/** The address by which another browser shows the same. */
export function wallAddress(wall: WallAddress): string {
  const { choice, layout, order, kiosk, tour, dwell } = wall;
  const query = new URLSearchParams({
    [choice.kind === 'match' ? 'match' : 'zones']: choiceText(choice).replaceAll(', ', ','),
    layout,
  });
  if (choice.kind === 'match' && order.length > 0) query.set('order', order.join(','));
  if (tour) query.set('tour', tour.join(','));
  if (tour && dwell !== undefined) query.set('dwell', `${dwell}`);
  if (kiosk) query.set('kiosk', '1');
  return `/wall?${query.toString().replaceAll('%2C', ',')}`;
}

/** From `CBD-TRAFFIC-01, Night wall`. */
export function parseStops(text: string): string[] {
  return text.split(',').flatMap((part) => part.trim() || []);
}
