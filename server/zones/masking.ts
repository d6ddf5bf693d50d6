/** What a camera must be able to do where privacy masks are. A picture whose masks cannot be guaranteed is refused. */
import { RefusedError } from '../contract/errors.ts';
import { hidesAnything, type Hidden } from '../contract/privacy.ts';
import type { ZoneId } from '../contract/zone.ts';
import { isOnePicture } from './layer-choice.ts';
import type { Producer } from './producer.ts';

/** What a camera can do of it. */
export interface Hiding {
  /** Whether it burns privacy masks in. */
  readonly canMask: boolean;
  /** Whether it covers its picture until it stands at a preset that has masks. */
  readonly canCover?: boolean | undefined;
}

/** @throws RefusedError `masks-required` when something is hidden that the camera cannot hide */
export function requireMasking(zone: ZoneId, hidden: Hidden, camera: Hiding): void {
  const { presetMasks = [] } = hidden;
  if (presetMasks.length > 0 && !(camera.canMask && camera.canCover)) {
    throw new RefusedError(
      'masks-required',
      `${zone} has privacy masks that belong to presets, and this camera does not say where it looks, or cannot cover its picture until it stands there.`,
    );
  }
  if (camera.canMask || !hidesAnything(hidden)) return;
  throw new RefusedError(
    'masks-required',
    `${zone} has privacy masks, and this camera cannot burn them into its picture.`,
  );
}

/** @throws RefusedError `masks-required` when there are masks, and they cannot hold for all layers of a track */
export function requireOnePicture(
  zone: ZoneId,
  hidden: Hidden,
  { layers }: Pick<Producer, 'layers'>,
): void {
  if (!hidesAnything(hidden) || isOnePicture(layers)) return;
  throw new RefusedError(
    'masks-required',
    `${zone} has privacy masks, which cannot hold for layers of different shapes: have the camera send all its streams in one shape.`,
  );
}
