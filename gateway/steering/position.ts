/** Whether a camera stands where it stood: motors come back to a place with some play. */
import type { Position } from '../../server/contract/privacy.ts';

/** How far two positions of one place may be apart, in ONVIF's generic spaces. */
export interface Tolerance {
  readonly turn: number;
  readonly zoom: number;
}

export function isNear(a: Position, b: Position, { turn, zoom }: Tolerance): boolean {
  const turned = Math.max(Math.abs(a.pan - b.pan), Math.abs(a.tilt - b.tilt));
  return turned <= turn && Math.abs(a.zoom - b.zoom) <= zoom;
}
