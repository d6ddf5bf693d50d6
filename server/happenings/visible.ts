/** What of a happening somebody sees: the zones that they may watch, and how many those are. */
import type { Principal } from '../contract/access.ts';
import type { Happening, HappeningKind } from '../contract/happening.ts';
import { may, zonesFor } from '../contract/policy.ts';
import { matchesZone, type ZoneId } from '../contract/zone.ts';
import type { HappeningRecord } from './record.ts';

/** @returns undefined where nothing of it is theirs to see */
export function visibleTo(principal: Principal, record: HappeningRecord): Happening | undefined {
  const patterns = zonesFor(principal, 'zone:watch');
  const sees = (zone: ZoneId): boolean => patterns.some((pattern) => matchesZone(pattern, zone));
  const { id, kind, began, ended, subject, zones, reach } = record;
  const { marked, acknowledged, note } = record;
  const shown = [...zones].filter(([zone]) => sees(zone));
  if (shown.length === 0 && !seesSubject(principal, kind) && !reach.some(sees)) return undefined;
  return {
    ...{ id, kind, began, acknowledged, note },
    ...(marked === undefined ? {} : { marked }),
    ...(ended === undefined ? {} : { ended }),
    ...(subject === undefined ? {} : { subject }),
    zones: shown.map(([zone, { since, back, times }]) => ({
      ...{ zone, since, times },
      ...(back === undefined ? {} : { back }),
    })),
  };
}

/** Nodes and gateways belong to the site: whoever may see all of its zones hears of them. */
function seesSubject(principal: Principal, kind: HappeningKind): boolean {
  if (kind !== 'gateway-gone' && kind !== 'node-lost' && kind !== 'node-drains') return false;
  return may(principal, 'cluster:see') || zonesFor(principal, 'zone:watch').includes('*');
}
