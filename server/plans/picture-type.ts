/** What kind of picture some bytes are: by what they begin with, since whoever sends them may say anything. */
import type { planPictures } from '../contract/plan.ts';

export type PictureType = (typeof planPictures)[number];

const png = Buffer.from('89504e470d0a1a0a', 'hex');
const jpeg = Buffer.from('ffd8ff', 'hex');

/** @returns undefined for what is none of them, as SVG, which can hold scripts */
export function pictureTypeOf(bytes: Buffer): PictureType | undefined {
  const begins = (start: Buffer): boolean => bytes.subarray(0, start.length).equals(start);
  if (begins(png)) return 'image/png';
  if (begins(jpeg)) return 'image/jpeg';
  const text = (from: number, to: number): string => bytes.subarray(from, to).toString('latin1');
  return text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP' ? 'image/webp' : undefined;
}
