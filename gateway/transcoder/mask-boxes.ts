/**
 * Masks as boxes that a filter of ffmpeg fills. A second picture laid over the first would be dropped without a word when
 * that filter is set up anew, as it is when the size changes in the middle, or when it does not come; boxes are part of the
 * filter itself.
 */
import { blockSpans } from '../../server/contract/block-spans.ts';
import type { Masks } from '../../server/contract/privacy.ts';

/** In px; all even, since colour has half the resolution of brightness. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What 256 boxes cost at 25 frames/s is hardly measurable; thousands would be. */
export const mostBoxes = 256;

/** From and up to, in columns of 2 px. */
type Run = readonly [from: number, to: number];

/**
 * Boxes that together cover all of the masks. Slopes are steps, and those get as coarse as it takes for the boxes to be few;
 * always outwards.
 */
export function maskBoxes(masks: Masks, width: number, height: number): Box[] {
  const rows: Run[][] = Array.from({ length: Math.ceil(height / 2) }, () => []);
  for (const { row, from, to } of blockSpans(masks, width, height)) rows[row]?.push([from, to]);
  for (let step = 1; ; step *= 2) {
    const boxes = joined(coarser(rows, step), step);
    if (boxes.length <= mostBoxes) return boxes.map((box) => within(box, width, height));
  }
}

/** Bands of `step` rows, each with what any of its rows covers, rounded to as many columns. */
function coarser(rows: readonly Run[][], step: number): Run[][] {
  const bands: Run[][] = [];
  for (let at = 0; at < rows.length; at += step) {
    const runs = rows.slice(at, at + step).flat();
    bands.push(
      merged(
        runs.map(([from, to]) => [Math.floor(from / step) * step, Math.ceil(to / step) * step]),
      ),
    );
  }
  return bands;
}

function merged(runs: Run[]): Run[] {
  const found: [number, number][] = [];
  for (const [from, to] of runs.toSorted((a, b) => a[0] - b[0])) {
    const last = found.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else found.push([from, to]);
  }
  return found;
}

/** What is the same in bands that follow each other is one box. */
function joined(bands: readonly Run[][], step: number): Box[] {
  const boxes: Box[] = [];
  let open = new Map<string, { from: number; to: number; top: number }>();
  [...bands, []].forEach((runs, band) => {
    const going = new Map<string, { from: number; to: number; top: number }>();
    for (const [from, to] of runs) {
      const key = `${from}-${to}`;
      going.set(key, open.get(key) ?? { from, to, top: band });
      open.delete(key);
    }
    for (const { from, to, top } of open.values()) {
      const [x, y] = [2 * from, 2 * step * top];
      boxes.push({ x, y, width: 2 * (to - from), height: 2 * step * (band - top) });
    }
    open = going;
  });
  return boxes;
}

function within({ x, y, ...box }: Box, width: number, height: number): Box {
  return { x, y, width: Math.min(box.width, width - x), height: Math.min(box.height, height - y) };
}
