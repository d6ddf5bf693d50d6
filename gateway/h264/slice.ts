/** The beginning of a slice's header (ITU-T H.264 §7.3.3). */
import { BitReader, MalformedUnit, withoutEmulation } from './bits.ts';

export interface SliceHead {
  /** Of its first macroblock; a picture begins with 0. */
  readonly firstBlock: number;
  /** Made from two pictures, which need not both be shown before it. */
  readonly isBidirectional: boolean;
  /** The picture parameter set that it needs. */
  readonly pictureSet: number;
}

/** More than enough for three numbers, bytes. */
const headLength = 24;

/** @returns undefined where it makes no sense */
export function readSliceHead(unit: Buffer): SliceHead | undefined {
  try {
    const bits = new BitReader(withoutEmulation(unit.subarray(1, headLength)));
    const firstBlock = bits.unsigned();
    const isBidirectional = bits.within(9) % 5 === 1;
    return { firstBlock, isBidirectional, pictureSet: bits.within(255) };
  } catch (error) {
    if (error instanceof MalformedUnit) return undefined;
    throw error;
  }
}
