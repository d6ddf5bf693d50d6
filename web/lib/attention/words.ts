/** A happening in one line. */
import type { Happening } from '../../../server/contract/happening.ts';
import { texts } from '../text/texts.ts';
import { siteTime } from './site-time.ts';

export function wordsOf({ kind, zones, subject = '', began }: Happening): string {
  return texts.attention.what[kind](zones.length, subject, siteTime(began));
}
