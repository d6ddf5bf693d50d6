/** The watermark names the person on this page, so it is made here and not with the picture. */
import { who } from '../access/who.ts';
import { readPageData } from '../page-data.ts';
import type { Watermark } from './watermark.ts';
import { texts } from '../text/texts.ts';

const text = texts.privacy.watermark;

/** Whether pictures on this page are marked. */
export const watermarked = readPageData().privacy.watermark;

/** What pictures of a zone are marked with on this page; undefined where watermarks are switched off. */
export function ownWatermark(zone: string): Watermark | undefined {
  return watermarked ? { name: who?.name ?? text.nobody, zone } : undefined;
}
