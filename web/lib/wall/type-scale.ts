/**
 * How large a tile's name is written for those who stand far away. The measure is a 55″ screen of 16:9, on which
 * capitals of 14 mm are read at 3 m; twice as far, they must be twice as large.
 */
export const distances = [2, 3, 4, 6] as const; // m
/** What an address may ask for, m. */
const most = 10;

const screenHeight = 55 * 25.4 * (9 / Math.hypot(16, 9)); // mm
const capital = { height: 14, at: 3 }; // mm, m
/** Of a pane's height: what capitals take where there are more panes than the measure holds for. */
const shareOfPane = 0.15;
const measuredPanes = 16;
/** Of an em: what capitals have at least in the fonts of the page (Segoe UI 0.7, Roboto 0.711, DejaVu 0.729). */
const capitalOfEm = 0.7;

/**
 * The size of a name's letters, in CSS: shares of the window (which is the screen on a wall) up to 16 panes, of the
 * pane beyond. Undefined at a desk, where it is read from near by.
 * @param distance m
 */
export function nameSize(distance: number | undefined, panes: number): string | undefined {
  if (distance === undefined) return undefined;
  const ofPane = (shareOfPane / capitalOfEm) * 100;
  if (panes > measuredPanes) return `${ofPane.toFixed(2)}cqh`;
  const ofScreen = ((capital.height * distance) / capital.at / screenHeight / capitalOfEm) * 100;
  return `${Math.ceil(ofScreen * 100) / 100}vh`;
}

/** From an address or the browser's storage, m; undefined for a desk, and for what is no distance. */
export function parseDistance(text: string | null): number | undefined {
  const distance = Number(text ?? '');
  return distance > 0 && distance <= most ? distance : undefined;
}
