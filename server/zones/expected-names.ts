/** The names of zones that there are: what a page offers to whoever types one, and compares a mistake to. */
import { mostNamed, type ZoneNames } from '../contract/zone-list.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { Entry } from './entry.ts';

/** Somebody who waits in a zone that nobody expects makes it no zone that there is. */
const isThere = ({ listed, camera }: Entry): boolean => listed || camera !== 'idle';

/** @param sees whether whoever asks may see it */
export function expectedNames(
  zones: Iterable<{ readonly exists: boolean; readonly inCity: Entry }>,
  sees: (zone: ZoneId) => boolean,
): ZoneNames {
  const names = [...zones]
    .filter(({ exists, inCity }) => exists && isThere(inCity) && sees(inCity.id))
    .map(({ inCity }) => inCity.id)
    .sort();
  return { names: names.slice(0, mostNamed), partly: names.length > mostNamed };
}
