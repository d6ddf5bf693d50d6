/** Which zones a wall shows: a list, or all that fit a pattern as they come live. */
import { ZonePattern } from '../../../server/contract/access.ts';
import type { Request } from '../../../server/contract/events.ts';
import { mostListed } from '../../../server/contract/zone-list.ts';
import { matchesZone, ZoneId, type ZoneSummary } from '../../../server/contract/zone.ts';

export type ZoneChoice =
  | { readonly kind: 'list'; readonly zones: string[] }
  | { readonly kind: 'match'; readonly pattern: string };

/** From `A-1, B-2`; what is no zone identifier is left out, and each is named once. */
export function parseZones(text: string): string[] {
  const parsed = text.split(',').map((part) => ZoneId.safeParse(part));
  return [...new Set(parsed.flatMap(({ data }) => data ?? []))];
}

/** From what a person types: a pattern when it has a `*` or is empty, else a list. */
export function parseChoice(text: string): ZoneChoice {
  const trimmed = text.trim().toUpperCase();
  if (trimmed === '' || trimmed.includes('*')) {
    return { kind: 'match', pattern: trimmed === '' ? '*' : trimmed };
  }
  return { kind: 'list', zones: parseZones(trimmed) };
}

export function choiceText(choice: ZoneChoice): string {
  return choice.kind === 'match' ? choice.pattern : choice.zones.join(', ');
}

/** What the server is to tell of: the live zones that fit, or those from the first of the list on. */
export function listedFor(choice: ZoneChoice): Request<'zones:list'> {
  if (choice.kind === 'list') {
    const [from = ''] = [...choice.zones].sort();
    return { live: true, from, count: mostListed };
  }
  const { data: pattern } = ZonePattern.safeParse(choice.pattern);
  return pattern ? { pattern, live: true, count: mostListed } : { count: 0 };
}

/**
 * The zones to show, in a stable order: those shown already stay where they are, new ones follow.
 * @param shown so far; a zone that fitted the pattern and lost its camera stays, so that its loss is seen
 */
export function zonesOf(choice: ZoneChoice, known: ZoneSummary[], shown: string[]): string[] {
  if (choice.kind === 'list') return choice.zones;
  const fits = (id: string): boolean => matchesZone(choice.pattern, id);
  const live = known.filter(({ id, camera }) => camera !== 'idle' && fits(id)).map(({ id }) => id);
  return [...new Set([...shown.filter(fits), ...live])];
}
