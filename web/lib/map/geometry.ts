/** Where things are on a plan. Places are in plan units: the picture is 1 wide, and as high as it is. */
import type { PlacedZone } from '../../../server/contract/plan.ts';

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Points of a cone's arc. */
const arcSteps = 12;
const radians = Math.PI / 180;

/** @param height of the picture, in its widths */
export function placeOf({ x, y }: Pick<PlacedZone, 'x' | 'y'>, height: number): Place {
  return { x, y: y * height };
}

/** From a place into a direction, ° clockwise from the top. */
export function towards({ x, y }: Place, heading: number, distance: number): Place {
  return {
    x: x + distance * Math.sin(heading * radians),
    y: y - distance * Math.cos(heading * radians),
  };
}

/** The direction from one place to another, 0–360° clockwise from the top. */
export function headingTo(from: Place, to: Place): number {
  return (Math.atan2(to.x - from.x, from.y - to.y) / radians + 360) % 360;
}

export function distance(a: Place, b: Place): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** What a camera sees, as a polygon. */
export function coneOf(placed: PlacedZone, height: number): Place[] {
  const at = placeOf(placed, height);
  const { heading, angle, reach } = placed;
  const arc = Array.from({ length: arcSteps + 1 }, (_, step) =>
    towards(at, heading - angle / 2 + (angle * step) / arcSteps, reach),
  );
  return angle === 360 ? arc : [at, ...arc];
}

/** The zones that are nearest to one of them, that one first. */
export function nearestTo(
  zone: string,
  all: readonly PlacedZone[],
  height: number,
  count: number,
): string[] {
  const from = all.find((placed) => placed.zone === zone);
  if (!from) return [];
  const far = (placed: PlacedZone): number =>
    distance(placeOf(from, height), placeOf(placed, height));
  return all
    .toSorted((a, b) => far(a) - far(b) || (a.zone < b.zone ? -1 : 1))
    .slice(0, count)
    .map((placed) => placed.zone);
}

/** The zones within a distance of a drawn way, in the order in which it passes them. */
export function alongWay(
  way: readonly Place[],
  all: readonly PlacedZone[],
  height: number,
  within: number,
): string[] {
  const passed = all.flatMap((placed) => {
    const at = placeOf(placed, height);
    let [nearest, where, gone] = [Infinity, 0, 0];
    for (const [index, from] of way.entries()) {
      const to = way[index + 1] ?? from;
      const length = distance(from, to);
      const share = length === 0 ? 0 : shareOn(at, from, to, length);
      const away = distance(at, between(from, to, share));
      if (away < nearest) [nearest, where] = [away, gone + share * length];
      gone += length;
    }
    return nearest <= within ? [{ zone: placed.zone, where }] : [];
  });
  return passed.toSorted((a, b) => a.where - b.where).map(({ zone }) => zone);
}

function between(from: Place, to: Place, share: number): Place {
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

/** How far along a stretch a place is, 0–1. */
function shareOn(at: Place, from: Place, to: Place, length: number): number {
  const along = (at.x - from.x) * (to.x - from.x) + (at.y - from.y) * (to.y - from.y);
  return Math.min(1, Math.max(0, along / length ** 2));
}

/**
 * Groups what would lie on each other.
 * @param apart less than this, and two are of one group
 */
export function clustersOf<T extends Place>(all: readonly T[], apart: number): T[][] {
  const groups: T[][] = [];
  for (const one of all) {
    const group = groups.find(([first]) => first && distance(first, one) < apart);
    if (group) group.push(one);
    else groups.push([one]);
  }
  return groups;
}
