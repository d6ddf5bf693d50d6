/** A long list of zones, known from the parts of it that the server tells. */
import { byName, type CameraState, type ZoneSummary } from '../../../server/contract/zone.ts';

/** A part: so many zones at most, from a name on. */
export interface Part {
  readonly from: string;
  readonly count: number;
}

/**
 * Walks through all zones, part by part.
 * @param tell the zones of the part that begins there; undefined where that fails, or is not wanted any more
 * @param most after so many it ends
 * @returns undefined where that failed
 */
export async function walkThrough(
  tell: (part: Part) => Promise<readonly ZoneSummary[] | undefined>,
  { count, most }: { count: number; most: number },
): Promise<{ zones: ZoneSummary[]; partly: boolean } | undefined> {
  const met = new Map<string, ZoneSummary>();
  let from = '';
  for (;;) {
    const told = await tell({ from, count });
    if (!told) return undefined;
    for (const zone of told) met.set(zone.id, zone);
    const last = told.at(-1)?.id;
    const ends = told.length < count || last === undefined;
    if (ends || met.size >= most) return { zones: [...met.values()].sort(byName), partly: !ends };
    from = last;
  }
}

/** What is known, with a part as it is told now: a zone that is missing in it is gone. */
export function withPart(
  known: readonly ZoneSummary[],
  told: readonly ZoneSummary[],
  { from, count }: Part,
): ZoneSummary[] {
  const ids = new Set(told.map(({ id }) => id));
  const end = told.length < count ? undefined : told.at(-1)?.id;
  const outside = ({ id }: ZoneSummary): boolean =>
    !ids.has(id) && (id < from || (end !== undefined && id > end));
  return [...known.filter(outside), ...told].sort(byName);
}

/** Whether the numbers are those of these zones. */
export function agrees(
  zones: readonly ZoneSummary[],
  totals: Readonly<Record<CameraState, number>>,
): boolean {
  const counted: Partial<Record<string, number>> = {};
  for (const { camera } of zones) counted[camera] = (counted[camera] ?? 0) + 1;
  return Object.entries(totals).every(([state, count]) => count === (counted[state] ?? 0));
}
