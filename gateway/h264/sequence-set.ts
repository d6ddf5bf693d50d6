/** What the sequence parameter sets of H.264 and H.265 have in common: bounds, and how a picture is cropped. */
import { MalformedUnit, type BitReader } from './bits.ts';

/** Longest set that is read; the rest of a longer one is no set. */
export const longestSet = 4096;
/** Both sides of a picture, px. */
export const largestSide = 16_384;

/**
 * Reads what is cut off a coded picture (ITU-T H.264 §7.4.2.1.1, H.265 §7.4.3.2.1).
 * @param coded px
 * @param step px that one step cuts off
 * @returns px
 * @throws MalformedUnit where nothing is left
 */
export function readCropped(
  bits: BitReader,
  coded: { readonly width: number; readonly height: number },
  step: { readonly across: number; readonly down: number },
): { width: number; height: number } {
  const crop = bits.flag()
    ? [bits.unsigned(), bits.unsigned(), bits.unsigned(), bits.unsigned()]
    : [0, 0, 0, 0];
  const [left = 0, right = 0, top = 0, bottom = 0] = crop;
  const width = coded.width - (left + right) * step.across;
  const height = coded.height - (top + bottom) * step.down;
  if (width <= 0 || height <= 0) throw new MalformedUnit('nothing is left of the picture');
  return { width, height };
}
