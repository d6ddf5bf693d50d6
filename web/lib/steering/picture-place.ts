/** From a place on the screen to one in the picture: what lies around a picture, or is cut off, is no part of it. */
import type { Move } from '../../../server/contract/steering.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}
export interface Box extends Size {
  readonly left: number;
  readonly top: number;
}
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** How a picture is put into its box, as CSS has it. */
export interface Fit {
  /** `object-fit` */
  readonly fit: string;
  /** `object-position`, as computed: `50% 50%`, `0px 10px`. */
  readonly position: string;
}

/** px; a pointer that moved less has clicked */
const slip = 8;

/** Where the whole picture is, also what is cut off of it (CSS Images 3 §5.5). */
export function placeOf(box: Box, picture: Size, { fit, position }: Fit): Box {
  const { width, height } = fittedSize(box, picture, fit);
  const [across = '50%', down = '50%'] = position.split(' ');
  return {
    left: box.left + offset(across, box.width - width),
    top: box.top + offset(down, box.height - height),
    width,
    height,
  };
}

/** In shares of the picture, 0–1; undefined beside it. @param place of the picture */
export function pointIn(place: Box, { x, y }: Point): Point | undefined {
  const point = shareOf(place, { x, y });
  const inside = (share: number): boolean => share >= 0 && share <= 1;
  return inside(point.x) && inside(point.y) ? point : undefined;
}

/**
 * What a pointer means that was pressed at one place and released at another, both on the screen: a click centres there,
 * a rectangle is zoomed into, as far as it lies in the picture. Undefined for what can be neither.
 */
export function meantBy(
  place: Box,
  from: Point,
  to: Point,
): Extract<Move, { kind: 'centre' | 'area' }> | undefined {
  const [across, down] = [Math.abs(to.x - from.x), Math.abs(to.y - from.y)];
  if (Math.hypot(across, down) < slip) {
    const point = pointIn(place, from);
    return point && { kind: 'centre', ...point };
  }
  if (across < slip || down < slip) return undefined;
  const { left, top, width, height } = rectangleIn(place, from, to);
  const isEmpty = width * place.width < 1 || height * place.height < 1;
  return isEmpty ? undefined : { kind: 'area', x: left, y: top, width, height };
}

/** The rectangle between two places on the screen, in shares of the picture and no larger than that. */
export function rectangleIn(place: Box, from: Point, to: Point): Box {
  const [a, b] = [shareOf(place, from), shareOf(place, to)];
  const [left, right] = [limited(Math.min(a.x, b.x)), limited(Math.max(a.x, b.x))];
  const [top, bottom] = [limited(Math.min(a.y, b.y)), limited(Math.max(a.y, b.y))];
  return { left, top, width: right - left, height: bottom - top };
}

function fittedSize(box: Size, picture: Size, fit: string): Size {
  const ratios = [box.width / picture.width, box.height / picture.height];
  const contained = Math.min(...ratios);
  const scale = {
    contain: contained,
    cover: Math.max(...ratios),
    none: 1,
    'scale-down': Math.min(1, contained),
  }[fit];
  if (scale === undefined) return box; // fill
  return { width: picture.width * scale, height: picture.height * scale };
}

/** @param room what the box has more than the picture, px; less than 0 where the picture is cut off */
function offset(position: string, room: number): number {
  const number = parseFloat(position);
  return position.endsWith('%') ? (room * number) / 100 : number;
}

function shareOf(place: Box, { x, y }: Point): Point {
  return { x: (x - place.left) / place.width, y: (y - place.top) / place.height };
}

function limited(share: number): number {
  return Math.min(1, Math.max(0, share));
}
