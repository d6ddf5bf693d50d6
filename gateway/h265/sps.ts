/** What a sequence parameter set of H.265 says of its pictures (ITU-T H.265 §7.3.2.2). */
import { BitReader, withoutEmulation } from '../h264/bits.ts';
import { largestSide, longestSet, readCropped } from '../h264/sequence-set.ts';

export interface HevcSequenceFacts {
  /** px, without what is cropped */
  readonly width: number;
  readonly height: number;
  readonly profile: string | undefined;
  /** Pictures are shown in another order than they come. */
  readonly reorders: boolean;
}

const profiles: Readonly<Record<number, string>> = {
  1: 'Main',
  2: 'Main 10',
  3: 'Main Still Picture',
  4: 'Range Extensions',
};

/** @throws MalformedUnit */
export function parseHevcSps(unit: Buffer): HevcSequenceFacts {
  const bits = new BitReader(withoutEmulation(unit, longestSet), 2);
  bits.bits(4);
  const layers = bits.bits(3);
  bits.flag();
  const profile = readProfile(bits, layers);
  bits.within(15);
  const chroma = bits.within(3);
  const separate = chroma === 3 && bits.flag();
  const coded = { width: bits.within(largestSide), height: bits.within(largestSide) };
  const across = !separate && (chroma === 1 || chroma === 2) ? 2 : 1;
  const down = !separate && chroma === 1 ? 2 : 1;
  const size = readCropped(bits, coded, { across, down });
  bits.within(8);
  bits.within(8);
  bits.within(12);
  let reordered = 0;
  for (let layer = bits.flag() ? 0 : layers; layer <= layers; layer += 1) {
    bits.within(16);
    reordered = bits.within(16);
    bits.unsigned();
  }
  return { ...size, profile: profiles[profile], reorders: reordered > 0 };
}

/** §7.3.3 @returns general_profile_idc */
function readProfile(bits: BitReader, layers: number): number {
  bits.bits(3);
  const profile = bits.bits(5);
  for (const count of [32, 32, 16, 8]) bits.bits(count); // compatibility, constraints, level
  const has = Array.from({ length: layers > 0 ? 8 : 0 }, () => [bits.flag(), bits.flag()]);
  for (const [hasProfile, hasLevel] of has.slice(0, layers)) {
    if (hasProfile) for (const count of [32, 32, 24]) bits.bits(count);
    if (hasLevel) bits.bits(8);
  }
  return profile;
}
