/**
 * Which parts of a frame masks cover. Colour has half the resolution of brightness in the formats that
 * cameras give, so masks are rounded outwards to whole blocks of 2×2 pixels.
 */
import type { Mask, Masks, Point } from './privacy.ts';

/** A run of blocks in one row: from `from` up to but not including `to`. */
export interface BlockSpan {
  readonly row: number;
  readonly from: number;
  readonly to: number;
}

/** How finely a row of blocks is searched for a polygon's edges. */
const linesPerRow = 8;

/** @param width of the frame, px; @param height px */
export function blockSpans(masks: Masks, width: number, height: number): BlockSpan[] {
  const columns = Math.ceil(width / 2);
  const rows = Math.ceil(height / 2);
  return masks.flatMap((mask) => spansOf(mask, width / 2, height / 2, columns, rows));
}

function spansOf(
  { points }: Mask,
  width: number,
  height: number,
  columns: number,
  rows: number,
): BlockSpan[] {
  const corners = points.map(({ x, y }) => ({ x: x * width, y: y * height }));
  const ys = corners.map(({ y }) => y);
  const first = Math.max(0, Math.floor(Math.min(...ys)));
  const last = Math.min(rows - 1, Math.floor(Math.max(...ys)));
  const spans: BlockSpan[] = [];
  for (let row = first; row <= last; row += 1) {
    const covered = new Uint8Array(columns);
    for (let line = 0; line <= linesPerRow; line += 1) {
      for (const [from, to] of insides(corners, row + line / linesPerRow)) {
        covered.fill(1, Math.max(0, Math.floor(from)), Math.min(columns, Math.ceil(to)));
      }
    }
    spans.push(...runs(covered, row));
  }
  return spans;
}

/** Where a horizontal line is inside a polygon; what it surrounds more than once is inside, too. */
function insides(corners: Point[], y: number): [number, number][] {
  const crossings: { x: number; turn: number }[] = [];
  corners.forEach((a, index) => {
    const b = corners[(index + 1) % corners.length] ?? a;
    if (a.y <= y === b.y <= y) return;
    const x = a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x);
    crossings.push({ x, turn: a.y <= y ? 1 : -1 });
  });
  crossings.sort((a, b) => a.x - b.x);
  const found: [number, number][] = [];
  let winding = 0;
  let from = 0;
  for (const { x, turn } of crossings) {
    if (winding === 0) from = x;
    winding += turn;
    if (winding === 0) found.push([from, x]);
  }
  return found;
}

function runs(covered: Uint8Array, row: number): BlockSpan[] {
  const found: BlockSpan[] = [];
  let from = covered.indexOf(1);
  while (from !== -1) {
    const end = covered.indexOf(0, from);
    const to = end === -1 ? covered.length : end;
    found.push({ row, from, to });
    from = covered.indexOf(1, to);
  }
  return found;
}
