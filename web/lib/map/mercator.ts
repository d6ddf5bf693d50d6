/** Places on the earth as shares of the whole world in Web Mercator, from its upper left corner, and back. */
import type { CityMap } from '../../../server/contract/city-map.ts';
import type { Place } from './geometry.ts';

const radians = Math.PI / 180;
/** Beyond this the world is no square any more, °. */
const poleward = 85.051129;
/** Of the equator, m. */
const around = 40_075_017;

/** In °. */
export function placeAt(latitude: number, longitude: number): Place {
  const within = Math.min(poleward, Math.max(-poleward, latitude)) * radians;
  const y = (1 - Math.asinh(Math.tan(within)) / Math.PI) / 2;
  return { x: (longitude + 180) / 360, y: Math.min(1, Math.max(0, y)) };
}

export const longitudeAt = (x: number): number => x * 360 - 180;

export const latitudeAt = (y: number): number =>
  Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) / radians;

/** A distance in m at this height of the world, as a share of the world's width. */
export function shareOf(metres: number, y: number): number {
  return metres / (around * Math.cos(latitudeAt(y) * radians));
}

export function metresOf(share: number, y: number): number {
  return share * around * Math.cos(latitudeAt(y) * radians);
}

/** The corners of what a map covers: upper left, lower right. */
export function cornersOf({ west, south, east, north }: CityMap['bounds']): [Place, Place] {
  return [placeAt(north, west), placeAt(south, east)];
}
