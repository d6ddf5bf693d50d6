/**
 * A bookmark: a moment of a zone that somebody wants to find again. It is told, kept and answered as what happens by itself
 * is, and may not take its place: each person has so many, and trouble is counted without them.
 */
import type { Happening } from '../contract/happening.ts';
import type { ZoneId } from '../contract/zone.ts';
import { begin, type HappeningRecord } from './record.ts';

export interface Marking {
  readonly zone: ZoneId;
  /** The moment, and when it is marked; ms since the epoch. */
  readonly moment: number;
  readonly at: number;
  readonly by: string;
  /** Empty for none. */
  readonly note: string;
}

export function bookmarkOf({ zone, moment, at, by, note }: Marking): HappeningRecord {
  const record = begin({ kind: 'bookmark', at: moment, marked: { by, at } });
  record.zones.set(zone, { since: moment, back: moment, times: 1 });
  if (note !== '') record.note = { text: note, by, at };
  record.version = 1;
  return record;
}

/** The newest of both, the newest first: bookmarks take no place of trouble. @param happenings the newest first */
export function newestOf<T extends Pick<Happening, 'kind'>>(
  happenings: readonly T[],
  most: number,
  mostBookmarks: number,
): T[] {
  const left = { bookmark: mostBookmarks, trouble: most - mostBookmarks };
  return happenings.filter(({ kind }) => (left[kind === 'bookmark' ? kind : 'trouble'] -= 1) >= 0);
}
