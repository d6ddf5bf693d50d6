/** Zones that are still not back, by their names: of what happened, of these kinds. */
import type { Happening, HappeningKind } from '../../../server/contract/happening.ts';

export function stillAway(happenings: readonly Happening[], ...kinds: HappeningKind[]): string[] {
  const told = happenings.filter(({ kind }) => kinds.includes(kind));
  const zones = told.flatMap((one) => one.zones.filter(({ back }) => back === undefined));
  return [...new Set(zones.map(({ zone }) => zone))].sort();
}
