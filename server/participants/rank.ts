/** As what a viewer's new work counts where the node is nearly full. */
import { allowedTo } from '../contract/policy.ts';
import type { Principal } from '../contract/access.ts';
import type { Rank } from '../contract/rank.ts';
import { matchesZone, type ZoneId } from '../contract/zone.ts';

const leading: ReadonlySet<string> = new Set(['supervisor', 'administrator']);

/**
 * @param isWall what the client says of its page: it is believed, since it can only cost it its turn
 * @param zones that are to be watched
 */
export function rankOfViewer(principal: Principal, isWall: boolean, zones: ZoneId[]): Rank {
  if (isWall || principal.kind === 'key') return 'wall';
  // Where there are no accounts, everybody may do everything, and nobody comes first.
  if (principal.kind === 'anyone') return 'operator';
  const leads = principal.grants.some(
    ({ role, zones: pattern }) =>
      leading.has(role) &&
      allowedTo[role].has('zone:watch') &&
      zones.some((zone) => matchesZone(pattern, zone)),
  );
  return leads ? 'supervisor' : 'operator';
}
