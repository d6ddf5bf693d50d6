/** Walls as links: of a view of the site by its name or identifier, or with all that there is to a wall. */
import { viewLimits } from '../../../server/contract/view.ts';
import { isLayout, type Layout } from './layout.ts';
import { parseDistance } from './type-scale.ts';
import { choiceText, parseChoice, parseZones, type ZoneChoice } from './zone-choice.ts';

export interface WallAddress {
  choice: ZoneChoice;
  layout: Layout;
  /** In which order zones that fit the pattern are to stand. */
  order: string[];
  kiosk: boolean;
  /** Name or identifier of the view that it shows in place of these. */
  view?: string | undefined;
  /** Zones or names of saved walls; empty for all zones of the wall. Undefined: no tour. */
  tour: string[] | undefined;
  /** s */
  dwell: number | undefined;
  /** From where names are read, m; undefined for what the browser keeps. */
  distance?: number | undefined;
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
    order: parseZones(query.get('order') ?? '').slice(0, viewLimits.ordered),
    kiosk: query.get('kiosk') === '1',
    tour: tour === null ? undefined : parseStops(tour),
    dwell: dwell > 0 ? dwell : undefined,
    distance: parseDistance(query.get('distance')),
    view: query.get('view') ?? undefined,
  };
}

/** The address by which another browser shows the same. */
export function wallAddress(wall: WallAddress): string {
  const { choice, layout, order, kiosk, tour, dwell, distance } = wall;
  const query = new URLSearchParams({
    [choice.kind === 'match' ? 'match' : 'zones']: choiceText(choice).replaceAll(', ', ','),
    layout,
  });
  if (choice.kind === 'match' && order.length > 0) query.set('order', order.join(','));
  if (tour) query.set('tour', tour.join(','));
  if (tour && dwell !== undefined) query.set('dwell', `${dwell}`);
  if (distance !== undefined) query.set('distance', `${distance}`);
  if (kiosk) query.set('kiosk', '1');
  return `/wall?${query.toString().replaceAll('%2C', ',')}`;
}

/** The address of a kiosk that shows a view, and follows its changes. */
export function viewAddress(
  view: string,
  { tour, dwell, distance }: Pick<WallAddress, 'tour' | 'dwell' | 'distance'>,
): string {
  const query = new URLSearchParams({ view });
  if (tour) query.set('tour', tour.join(','));
  if (tour && dwell !== undefined) query.set('dwell', `${dwell}`);
  if (distance !== undefined) query.set('distance', `${distance}`);
  query.set('kiosk', '1');
  return `/wall?${query.toString().replaceAll('%2C', ',')}`;
}

/** From `CBD-TRAFFIC-01, Night wall`. */
export function parseStops(text: string): string[] {
  return text.split(',').flatMap((part) => part.trim() || []);
}
