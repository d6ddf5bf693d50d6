/** Marks the moment of a zone that its viewer sees. */
import { happeningLimits, type Happening } from '../../../server/contract/happening.ts';
import { mayI } from '../access/who.ts';
import { ask, routes } from '../api/ask.ts';

/** Whether whoever sits here may do it. */
export const mayBookmark: boolean = mayI('happenings:answer');

/**
 * @param shown when the picture was shown, ms since the epoch, by this page's clock
 * @throws RefusedError
 */
export function addBookmark(zone: string, shown: number): Promise<Happening> {
  const ago = Math.round(Math.max(0, Date.now() - shown));
  const body = { zone, ago: Math.min(ago, happeningLimits.bookmarkAge) };
  return ask(routes.happenings.bookmark, { body });
}

/** @throws RefusedError */
export async function noteBookmark({ id }: Happening, note: string): Promise<void> {
  await ask(routes.happenings.annotate, { params: { id }, body: { note } });
}
