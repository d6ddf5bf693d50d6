/** A happening in one line. */
import type { Happening } from '../../../server/contract/happening.ts';
import { texts } from '../text/texts.ts';
import { siteMoment, siteTime } from './site-time.ts';

export function wordsOf({ kind, zones, subject = '', marked, began }: Happening): string {
  // One moment of many: its second counts.
  if (marked) return texts.attention.what[kind](1, marked.by, siteMoment(began));
  return texts.attention.what[kind](zones.length, subject, siteTime(began));
}
