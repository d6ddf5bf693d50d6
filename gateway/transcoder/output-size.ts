/** The size in which pictures come out: the camera's, as far as an encoder without hardware keeps up with it. */
import type { Encoder } from './encoder.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** px; 1080p, lying or standing */
const longestSide = 1920;

export function outputSize({ width, height }: Size, { isHardware }: Encoder): Size {
  const scale = isHardware ? 1 : Math.min(1, longestSide / Math.max(width, height));
  return { width: even(width * scale), height: even(height * scale) };
}

/** Colour has half the resolution of brightness. */
function even(length: number): number {
  return Math.max(2, 2 * Math.round(length / 2));
}
