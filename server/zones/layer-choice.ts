/** Which of a camera's layers a tile is to get. */
import type { CaptureSize, SpatialLayer } from '../contract/layers.ts';
import type { Tile } from '../contract/tile.ts';

/** The spatial layers that a camera can send; each has twice the width and height of the one below. */
export interface LayerStack {
  readonly count: number;
  /** Of the top layer; undefined when the camera did not say. */
  readonly size: CaptureSize | undefined;
}

/** Rounding of a layout must not cost four times the pixels. */
const slack = 1.01;

/**
 * The smallest layer that covers the picture as the tile shows it, whole and undistorted; the top layer
 * where none does. Null for a tile that is not seen.
 */
export function layerFor(tile: Tile, { count, size }: LayerStack): SpatialLayer | null {
  if (!tile.visible) return null;
  const top = count - 1;
  if (!size) return top;
  const scale = Math.min(tile.width / size.width, tile.height / size.height);
  for (let layer = 0; layer < top; layer += 1) {
    if (2 ** (layer - top) * slack >= scale) return layer;
  }
  return top;
}

/** The highest of the layers that viewers get; null when nobody gets any. */
export function highestOf(layers: Iterable<SpatialLayer | null>): SpatialLayer | null {
  let highest: SpatialLayer | null = null;
  for (const layer of layers) if (layer !== null && layer >= (highest ?? 0)) highest = layer;
  return highest;
}
