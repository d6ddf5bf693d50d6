/** Which of a camera's layers a viewer is to get, by the real size of each. */
import type { CaptureSize, SpatialLayer } from '../contract/layers.ts';

/** The spatial layers that a camera can send. */
export interface LayerStack {
  readonly count: number;
  /** Of each layer, the smallest first; undefined when the camera did not say. */
  readonly sizes: readonly CaptureSize[] | undefined;
}

/** How a viewer shows the picture. */
export interface Shown extends CaptureSize {
  readonly visible: boolean;
}

/** What covers a picture as it is shown, or one layer at all times, as for a recording. */
export type Wanted = Shown | { readonly layer: SpatialLayer };

/** Rounding of a layout must not cost four times the pixels. */
const slack = 1.01;

/**
 * The smallest layer that covers the picture as the viewer shows it, whole and undistorted; the top layer where
 * none does. Null for a picture that is not seen.
 */
export function layerFor(wanted: Wanted, { count, sizes }: LayerStack): SpatialLayer | null {
  const top = count - 1;
  if ('layer' in wanted) return Math.min(wanted.layer, top);
  if (!wanted.visible) return null;
  if (!sizes) return top;
  const covers = ({ width, height }: CaptureSize): boolean =>
    Math.min(wanted.width / width, wanted.height / height) <= slack;
  const first = sizes.findIndex(covers);
  return first === -1 ? top : first;
}

/** The highest of the layers that viewers get; null when nobody gets any. */
export function highestOf(layers: Iterable<SpatialLayer | null>): SpatialLayer | null {
  let highest: SpatialLayer | null = null;
  for (const layer of layers) if (layer !== null && layer >= (highest ?? 0)) highest = layer;
  return highest;
}

/** Sides are rounded to blocks of the codec, which makes small layers a little wider or narrower. */
const rounding = 0.05;

/**
 * Whether all layers show the same picture. Those of another shape are cut from it otherwise, as sub streams of
 * cameras often are, so that a mask in shares of one would hide something else in the other.
 */
export function isOnePicture({ sizes = [] }: LayerStack): boolean {
  const shapes = sizes.map(({ width, height }) => width / height);
  return Math.max(...shapes) <= Math.min(...shapes) * (1 + rounding) || shapes.length === 0;
}
