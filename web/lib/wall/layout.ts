/** How tiles are laid out on a wall. */
import { mostTiles } from '../../../server/contract/tile.ts';
import { texts } from '../text/texts.ts';

export const layouts = ['auto', '1', '4', '9', '16', '25', '36', '49', '64', 'focus'] as const;
export type Layout = (typeof layouts)[number];

export const layoutNames: Record<Layout, string> = texts.wall.layouts;

export interface Grid {
  readonly columns: number;
  readonly rows: number;
  /** Tiles on one page. */
  readonly capacity: number;
  /** Columns and rows that the first tile spans. */
  readonly largeSpan: number;
}

const pictureAspect = 16 / 9;

export function isLayout(text: string | null): text is Layout {
  return (layouts as readonly (string | null)[]).includes(text);
}

/** Width over height of what the tiles are in. */
export function aspectOf({
  clientWidth,
  clientHeight,
}: Pick<Element, 'clientWidth' | 'clientHeight'>): number {
  return clientWidth / Math.max(1, clientHeight);
}

/**
 * @param count tiles to show; used by the automatic layout only
 * @param aspect width over height of the wall; likewise
 */
export function gridOf(layout: Layout, count: number, aspect: number): Grid {
  if (layout === 'focus') return { columns: 4, rows: 4, capacity: 8, largeSpan: 3 };
  if (layout === 'auto') return automatic(Math.min(mostTiles, Math.max(1, count)), aspect);
  const side = Math.sqrt(Number(layout));
  return { columns: side, rows: side, capacity: side * side, largeSpan: 1 };
}

/** The number of columns that makes the pictures largest. */
function automatic(count: number, aspect: number): Grid {
  const widthWith = (columns: number): number => {
    const rows = Math.ceil(count / columns);
    return Math.min(1 / columns, ((1 / rows) * pictureAspect) / aspect);
  };
  let columns = 1;
  for (let n = 2; n <= count; n += 1) if (widthWith(n) > widthWith(columns)) columns = n;
  return { columns, rows: Math.ceil(count / columns), capacity: count, largeSpan: 1 };
}
