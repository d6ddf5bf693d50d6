/** What a camera must be able to do where privacy masks are. A picture whose masks cannot be guaranteed is refused. */
import { RefusedError } from '../contract/errors.ts';
import type { Masks } from '../contract/privacy.ts';
import type { ZoneId } from '../contract/zone.ts';
import { isOnePicture } from './layer-choice.ts';
import type { Producer } from './producer.ts';

/** @throws RefusedError `masks-required` when there are masks and the camera cannot burn them in */
export function requireMasking(zone: ZoneId, masks: Masks, canMask: boolean): void {
  if (canMask || masks.length === 0) return;
  throw new RefusedError(
    'masks-required',
    `${zone} has privacy masks, and this camera cannot burn them into its picture.`,
  );
}

/** @throws RefusedError `masks-required` when there are masks, and they cannot hold for all layers of a track */
export function requireOnePicture(
  zone: ZoneId,
  masks: Masks,
  { layers }: Pick<Producer, 'layers'>,
): void {
  if (masks.length === 0 || isOnePicture(layers)) return;
  throw new RefusedError(
    'masks-required',
    `${zone} has privacy masks, which cannot hold for layers of different shapes: have the camera send all its streams in one shape.`,
  );
}
