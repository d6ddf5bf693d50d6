/**
 * Moves that are said in shares of the picture. A camera with a space of its field of view is turned exactly; with the
 * generic one alone it is turned by an estimate that falls short rather than goes too far, and may be said again.
 */
import type { Position } from '../../server/contract/privacy.ts';
import type { Move } from '../../server/contract/steering.ts';
import type { Spaces } from './ptz-spaces.ts';

export interface Turn extends Position {
  /** Pan and tilt are shares of half the picture; else of the camera's range. */
  readonly ofPicture: boolean;
}

/** Half of the picture of a usual dome without zoom, as a share of its range: 60° of 360°, 34° of 180°. */
const halfPicture = { pan: 0.16, tilt: 0.18 };
/** By how much a usual zoom enlarges at its end; between, each step enlarges by the same factor. */
const enlarges = 20;

/** @returns undefined where nothing sound can be said of it */
export function centreIn(
  { x, y }: Pick<Extract<Move, { kind: 'centre' }>, 'x' | 'y'>,
  spaces: Spaces,
  at: Position | undefined,
): Turn | undefined {
  // Tilt goes up, and the picture's y down.
  const [pan, tilt] = [2 * x - 1, 1 - 2 * y];
  if (spaces.fov) return { pan, tilt, zoom: 0, ofPicture: true };
  if (!spaces.translation.panTilt) return undefined;
  const canZoom = Boolean(spaces.velocity.zoom ?? spaces.position.zoom);
  // Enlarged by nobody knows how much, it would go anywhere.
  if (canZoom && !at) return undefined;
  const scale = 1 / enlarges ** (at?.zoom ?? 0);
  return {
    pan: pan * halfPicture.pan * scale,
    tilt: tilt * halfPicture.tilt * scale,
    ...{ zoom: 0, ofPicture: false },
  };
}

/** @returns undefined where nothing sound can be said of it */
export function areaIn(
  { x, y, width, height }: Extract<Move, { kind: 'area' }>,
  spaces: Spaces,
  at: Position | undefined,
): Turn | undefined {
  const turn = centreIn({ x: x + width / 2, y: y + height / 2 }, spaces, at);
  const share = Math.max(width, height, 0.01);
  const zoom = Math.log(1 / share) / Math.log(enlarges);
  return turn && { ...turn, zoom: Math.min(1, Math.max(0, zoom)) };
}
