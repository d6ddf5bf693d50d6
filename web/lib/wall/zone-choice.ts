/** Which zones a wall shows: a list, or all that fit a pattern and have a camera, or ought to have one. */
import { ZonePattern } from '../../../server/contract/access.ts';
import type { Request } from '../../../server/contract/events.ts';
import { mostListed, type ZoneTotals } from '../../../server/contract/zone-list.ts';
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

/**
 * What the server is to tell of: the zones that fit, or those from the first of the list on. Where more fit than a
 * list holds, those with a camera come first.
 * @param totals how many fit, as far as that is known
 */
export function listedFor(
  choice: ZoneChoice,
  totals?: ZoneTotals['totals'],
): Request<'zones:list'> {
  if (choice.kind === 'list') {
    const [from = ''] = [...choice.zones].sort();
    return { live: true, from, count: mostListed };
  }
  const { data: pattern } = ZonePattern.safeParse(choice.pattern);
  if (!pattern) return { count: 0 };
  const fitting = Object.values(totals ?? {}).reduce((sum, count) => sum + count, 0);
  return { pattern, live: fitting > mostListed, count: mostListed };
}

/**
 * The zones to show, in a stable order: those shown already stay where they are, new ones follow.
 * @param shown so far; a zone that fits the pattern stays, so that its loss is seen
 */
export function zonesOf(choice: ZoneChoice, known: ZoneSummary[], shown: string[]): string[] {
  if (choice.kind === 'list') return choice.zones;
  const fits = (id: string): boolean => matchesZone(choice.pattern, id);
  const expected = known.filter((zone) => fits(zone.id) && isExpected(zone)).map(({ id }) => id);
  return [...new Set([...shown.filter(fits), ...expected])];
}

/** Whether it is more than a name that somebody waits for. */
function isExpected({ camera, expected, lastSeen }: ZoneSummary): boolean {
  return camera !== 'idle' || expected === true || lastSeen !== undefined;
}
