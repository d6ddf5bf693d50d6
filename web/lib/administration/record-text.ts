/** The audit's records are for programs; an administrator reads them as sentences. */
import { texts } from '../text/texts.ts';

const words = texts.administration.audit;

/** What happened, in words: `watching began`, `person added`. */
export const whatHappened = words.happened;

/** What more a record of the audit tells, as a person reads it: `grants: operator CBD-*, wall *`. */
export function detailText(detail: Record<string, unknown> = {}): string {
  return Object.entries(detail)
    .map(([name, value]) => words.detail(name, text(value)))
    .join('; ');
}

function text(value: unknown): string {
  if (Array.isArray(value)) return value.map(text).join(', ') || words.emptyList;
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.values(value).map(text).join(' ');
}
