/** A shift is handed over: what is open is put together, who leaves writes it, who comes confirms it. */
import { z } from 'zod';
import { Happening, isBookmark } from './happening.ts';
import { fittingLines, Name } from './name.ts';

export const handoverLimits = {
  /** Characters of what is written to it. */
  text: 2000,
  /** Open happenings that it names; the newest. */
  open: 100,
  /** Bookmarks of the shift that it names; the newest. */
  bookmarks: 50,
  /** Those that are kept. */
  kept: 200,
  /** Those that a list has. */
  listed: 20,
};

const longestShift = 12 * 3_600_000; // ms

/**
 * When the shift began that goes on: as the last one was taken over, or half a day ago.
 * @param taken when that was, ms since the epoch; undefined where none was
 */
export const shiftBegan = (taken: number | undefined, now: number): number =>
  Math.max(taken ?? 0, now - longestShift);

/** Bookmarks that were made in a shift. @param began ms since the epoch */
export const bookmarksOfShift = (happenings: readonly Happening[], began: number): Happening[] =>
  happenings.filter((one) => isBookmark(one) && (one.marked?.at ?? 0) > began);

/** Who it is; where there are no accounts, by the name that they type. */
const Party = z.object({
  name: z.string(),
  /** ms since the epoch */
  at: z.number().int(),
});

export const Handover = z.object({
  id: z.string(),
  /** Who leaves. */
  from: Party,
  /** Who has come; absent until then. */
  to: Party.optional(),
  text: z.string(),
  /** What was open then, of what whoever asks may see; the newest first. */
  open: z.array(Happening),
  /** Whether more was open than is named. */
  more: z.boolean(),
  /** Bookmarks that were made in the shift, of zones that whoever asks may watch; the newest first. */
  bookmarks: z.array(Happening).default([]),
  /** Whether whoever asks has begun it; they cannot confirm it. */
  own: z.boolean(),
});
export type Handover = z.infer<typeof Handover>;

export const HandoverList = z.array(Handover);

/** Asked for where there are no accounts; otherwise it is that of the account. */
const typedName = Name.optional();

export const BeginHandover = z.strictObject({
  text: z.string().max(handoverLimits.text).transform(fittingLines),
  name: typedName,
});
export type BeginHandover = z.output<typeof BeginHandover>;

export const ConfirmHandover = z.strictObject({ name: typedName });
export type ConfirmHandover = z.output<typeof ConfirmHandover>;

export const OfHandover = z.object({ id: z.string().min(1).max(64) });
