/** What a zone's name says of where it is: `CBD-TRAFFIC-01` is of the kind TRAFFIC in the area CBD. */
import { conventionalZoneId, type ZoneId } from '../../../server/contract/zone.ts';

export interface NameParts {
  /** Empty where the name does not say. */
  readonly area: string;
  readonly kind: string;
}

export function partsOf(zone: ZoneId): NameParts {
  const parts = zone.split('-').filter((part) => part !== '');
  if (conventionalZoneId.test(zone) && parts.length > 2) {
    return { area: parts.slice(0, -2).join('-'), kind: parts.at(-2) ?? '' };
  }
  return { area: parts.length > 1 ? (parts[0] ?? '') : '', kind: '' };
}
