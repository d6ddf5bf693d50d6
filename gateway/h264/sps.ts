/** What a sequence parameter set says of its pictures (ITU-T H.264 §7.3.2.1, annex E). */
import { BitReader, MalformedUnit, withoutEmulation } from './bits.ts';
import { largestSide, longestSet, readCropped } from './sequence-set.ts';

export interface SequenceFacts {
  readonly id: number;
  /** px, as browsers show it: cropped, whatever shape its pixels are to have */
  readonly width: number;
  readonly height: number;
  readonly profile: string;
  /** Fields or a mix of both are possible where it is false. */
  readonly framesOnly: boolean;
  /** How many pictures may be shown later than they come, where it says so. */
  readonly reordered: number | undefined;
  /** Pictures are shown as they come (`pic_order_cnt_type` 2, or a profile without B-frames). */
  readonly inOrder: boolean;
}

const profiles: Readonly<Record<number, string>> = {
  66: 'Baseline',
  77: 'Main',
  88: 'Extended',
  100: 'High',
  110: 'High 10',
  122: 'High 4:2:2',
  244: 'High 4:4:4',
  44: 'CAVLC 4:4:4',
};
const withChroma = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];

/** @throws MalformedUnit */
export function parseSps(unit: Buffer): SequenceFacts {
  const bits = new BitReader(withoutEmulation(unit, longestSet), 1);
  const profile = bits.bits(8);
  bits.bits(16);
  const id = bits.within(31);
  const { chroma, separate, depth } = withChroma.includes(profile)
    ? readChroma(bits)
    : { chroma: 1, separate: false, depth: 8 };
  bits.within(12); // log2_max_frame_num_minus4
  const orderType = bits.within(2);
  if (orderType === 0) bits.within(12);
  else if (orderType === 1) skipOrderCycle(bits);
  const references = bits.within(16);
  bits.flag();
  const columns = bits.within(largestSide / 16 - 1) + 1;
  const units = bits.within(largestSide / 16 - 1) + 1;
  const framesOnly = bits.flag();
  if (!framesOnly) bits.flag();
  bits.flag();
  const lines = framesOnly ? 1 : 2;
  const across = chroma === 0 || separate || chroma === 3 ? 1 : 2;
  const down = (chroma === 1 && !separate ? 2 : 1) * lines;
  const coded = { width: columns * 16, height: units * 16 * lines };
  const size = readCropped(bits, coded, { across, down });
  const reordered = bits.flag() ? readVui(bits) : undefined;
  return {
    id,
    ...size,
    profile: nameOf(profile, chroma, depth),
    framesOnly,
    reordered,
    inOrder: profile === 66 || orderType === 2 || references === 0,
  };
}

/** With what is odd for the profile: monochrome is allowed in High, more bits are not. */
function nameOf(profile: number, chroma: number, depth: number): string {
  const name = profiles[profile] ?? `profile ${profile}`;
  const colours = ['monochrome', '', '4:2:2', '4:4:4'][chroma] ?? '';
  const bits = depth === 8 ? '' : `${depth} bits`;
  const odd = [colours, bits].filter(
    (text) => text !== '' && !name.includes(text.split(' ')[0] ?? ''),
  );
  return [name, ...odd].join(', ');
}

function readChroma(bits: BitReader): { chroma: number; separate: boolean; depth: number } {
  const chroma = bits.within(3);
  const separate = chroma === 3 && bits.flag();
  const depth = 8 + Math.max(bits.within(6), bits.within(6));
  bits.flag();
  if (bits.flag()) {
    for (let list = 0; list < (chroma === 3 ? 12 : 8); list += 1) {
      if (bits.flag()) skipScalingList(bits, list < 6 ? 16 : 64);
    }
  }
  return { chroma, separate, depth };
}

/** §7.3.2.1.1.1 */
function skipScalingList(bits: BitReader, size: number): void {
  let last = 8;
  let next = 8;
  for (let index = 0; index < size; index += 1) {
    if (next !== 0) next = (last + bits.signed() + 256) & 0xff;
    if (next !== 0) last = next;
  }
}

function skipOrderCycle(bits: BitReader): void {
  bits.flag();
  bits.signed();
  bits.signed();
  for (let left = bits.within(255); left > 0; left -= 1) bits.signed();
}

/**
 * What breaks off in it is not worth losing the rest: some cameras write it wrong.
 * @returns how many pictures may be shown later than they come
 */
function readVui(bits: BitReader): number | undefined {
  try {
    if (bits.flag() && bits.bits(8) === 255) bits.bits(32);
    if (bits.flag()) bits.flag();
    if (bits.flag()) {
      bits.bits(4);
      if (bits.flag()) bits.bits(24);
    }
    if (bits.flag()) {
      bits.within(5);
      bits.within(5);
    }
    if (bits.flag()) bits.bits(65); // Its timing is measured instead.
    const hypothetical = [readHrd(bits), readHrd(bits)].includes(true);
    if (hypothetical) bits.flag();
    bits.flag();
    if (!bits.flag()) return undefined;
    bits.flag();
    for (const most of [16, 16, 16, 16]) bits.within(most);
    return bits.within(16);
  } catch (error) {
    if (error instanceof MalformedUnit) return undefined;
    throw error;
  }
}

/** §E.1.2 */
function readHrd(bits: BitReader): boolean {
  if (!bits.flag()) return false;
  const count = bits.within(31) + 1;
  bits.bits(8);
  for (let index = 0; index < count; index += 1) {
    bits.unsigned();
    bits.unsigned();
    bits.flag();
  }
  bits.bits(20);
  return true;
}
