/** Lists of zones: a window onto those that fit, by name, and totals for the rest. */
import { z } from 'zod';
import { ZonePattern } from './access.ts';
import { cameraStates, ZoneId, ZoneSummary, type CameraState } from './zone.ts';

/** Most zones that one client hears of by a list. */
export const mostListed = 200;

/** Which zones a list shows. */
export const ListedZones = z.object({
  /** Zones that fit it; all, if not said. */
  pattern: ZonePattern.default('*'),
  /** Those with a camera and no others. */
  live: z.boolean().default(false),
  /** The first to be shown, or where it would be; the first of all, if not said. */
  from: z
    .string()
    .max(64)
    .transform((text) => text.trim().toUpperCase())
    .default(''),
  count: z.number().int().min(0).max(mostListed),
});
export type ListedZones = z.output<typeof ListedZones>;

const Count = z.number().int().nonnegative();

/** What is said of all zones that fit, beside those that are shown. */
export const ZoneTotals = z.object({
  /** How many fit, by the state of their camera. */
  totals: z.object(
    Object.fromEntries(cameraStates.map((state) => [state, Count])) as Record<
      CameraState,
      typeof Count
    >,
  ),
  /** Of those without a camera, how many are expected to have one; a server of an earlier version does not tell. */
  missing: Count.optional(),
  /** How many would be shown before the first of the window. */
  before: Count,
  /** Nodes whose zones are not known at the moment, so that these are missing. */
  unknown: z.array(z.string()),
});
export type ZoneTotals = z.infer<typeof ZoneTotals>;

/** All that a list is to show now. */
export const ZoneList = ZoneTotals.extend({ zones: z.array(ZoneSummary) });
export type ZoneList = z.infer<typeof ZoneList>;

/** Most names that are told at once. */
export const mostNamed = 2000;

/** The names of zones that there are, the first so many of them. */
export const ZoneNames = z.object({
  names: z.array(ZoneId),
  /** There are more. */
  partly: z.boolean(),
});
export type ZoneNames = z.infer<typeof ZoneNames>;
