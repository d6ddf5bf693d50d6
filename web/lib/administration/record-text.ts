import type { AuditRecord } from '../../../server/contract/audit.ts';
import { texts } from '../text/texts.ts';

const words = texts.administration.audit;

/** What happened, in words: `watching began`, `person added`. */
export function whatHappened({ kind, action }: Pick<AuditRecord, 'kind' | 'action'>): string {
  const words = action.replaceAll('-', ' ');
  // These say what began or ended; the others say it all in their verb.
  return kind === 'watching' || kind === 'filming' ? `${kind} ${words}` : words;
}

/** What more a record of the audit tells, as a person reads it: `grants: operator CBD-*, wall *`. */
export function detailText(detail: Record<string, unknown> = {}): string {
  return Object.entries(detail)
    .map(([name, value]) => `${name}: ${text(value)}`)
    .join('; ');
}

function text(value: unknown): string {
  if (Array.isArray(value)) return value.map(text).join(', ') || words.emptyList;
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.values(value).map(text).join(' ');
}
