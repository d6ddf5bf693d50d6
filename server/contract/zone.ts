/** Names and states of zones, as server and page both need them. */
import { z } from 'zod';

/** `LOCATION-TYPE-NUMBER`, as in `CBD-TRAFFIC-01`: a convention the console hints at, not a rule. */
export const conventionalZoneId = /^[A-Z0-9]+(-[A-Z0-9]+)*-[A-Z]+-[0-9]+$/;

/** Letters, digits and dashes, 1–64 characters; upper-cased here, at the edge, and nowhere else. */
export const ZoneId = z
  .string()
  .max(64)
  .transform((text) => text.trim().toUpperCase())
  .pipe(
    z.string().regex(/^[A-Z0-9-]{1,64}$/, 'A zone identifier is 1–64 letters, digits and dashes'),
  );
export type ZoneId = string;

/**
 * Whether a zone's identifier fits a pattern, in which `*` stands for any run of characters. Each part
 * between two stars is taken where it comes first, which never loses a match: so the time grows with the
 * lengths only, whoever wrote the pattern.
 */
export function matchesZone(pattern: string, zone: ZoneId): boolean {
  const [start = '', ...rest] = pattern.trim().toUpperCase().split('*');
  const end = rest.pop();
  if (end === undefined) return zone === start;
  const last = zone.length - end.length;
  if (!zone.startsWith(start) || !zone.endsWith(end)) return false;
  let from = start.length;
  for (const part of rest) {
    const found = zone.indexOf(part, from);
    if (found === -1) return false;
    from = found + part.length;
  }
  return from <= last;
}

/**
 * `connected`: nothing is sent yet, or nothing is wanted since nobody watches. `stalled`: something is
 * wanted, but no packet came for a while.
 */
export const cameraStates = ['idle', 'connecting', 'connected', 'streaming', 'stalled'] as const;
export const CameraState = z.enum(cameraStates);
export type CameraState = z.infer<typeof CameraState>;

export const watcherStates = [
  'joined',
  'waiting',
  'connecting',
  'connected',
  'streaming',
  'stalled',
] as const;
export const WatcherState = z.enum(watcherStates);
export type WatcherState = z.infer<typeof WatcherState>;

/** The order of zones in lists: the same on every machine, whatever its language. */
export function byName({ id: a }: { readonly id: ZoneId }, { id: b }: { readonly id: ZoneId }) {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What anyone in the console may know about a zone. */
export const ZoneSummary = z.object({
  id: z.string(),
  camera: CameraState,
  /** The camera's own name for itself; empty while there is no camera. */
  label: z.string(),
  viewers: z.number().int().nonnegative(),
  /** The node at which it is filmed, where that cannot be reached from the one that says this. */
  unreachable: z.string().optional(),
  /** When its camera was last there, ms since the epoch; only while it has none, and has had one. */
  lastSeen: z.number().int().optional(),
  /** Its camera is missed: it is listed, or was ever filmed. Lists say so, and only while it has none. */
  expected: z.literal(true).optional(),
});
export type ZoneSummary = z.infer<typeof ZoneSummary>;
