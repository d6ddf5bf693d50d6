/** What somebody counts as: where the node is nearly full, and where two want to steer one camera. */
import { allowedTo } from '../contract/policy.ts';
import type { Principal, Role } from '../contract/access.ts';
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

/** Whoever has a higher one takes a camera's hand from those with a lower one. */
const steering: Partial<Record<Role, number>> = {
  operator: 1,
  installer: 1,
  supervisor: 2,
  administrator: 3,
};

/** As what somebody steers the camera of a zone; 0 for who may not. */
export function steeringRank({ grants }: Principal, zone: ZoneId): number {
  const ranks = grants
    .filter(({ role, zones }) => allowedTo[role].has('zone:steer') && matchesZone(zones, zone))
    .map(({ role }) => steering[role] ?? 1);
  return Math.max(0, ...ranks);
}
