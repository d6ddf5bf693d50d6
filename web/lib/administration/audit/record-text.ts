/** The audit's records are for programs; an administrator reads them as sentences. */
import type { Actor } from '../../../../server/contract/audit.ts';
import { formatLength, formatMoment } from '../../ui/moment.ts';
import { texts } from '../../text/texts.ts';

const words = texts.administration.audit;

/** Who did it. The server itself has no name of its own. */
export function nameOf({ kind, name }: Pick<Actor, 'kind' | 'name'>): string {
  return kind === 'service' || name === '' ? texts.actors[kind] : name;
}

/** What happened, in words: `watching began`, `person added`. */
export const whatHappened = words.happened;

/**
 * What more a record of the audit tells, as a person reads it: `grants: operator CBD-*, wall *`. How long something
 * went on comes first.
 * @param timeZone in which its times are told; this browser's if not said
 */
export function detailText(detail: Record<string, unknown> = {}, timeZone?: string): string {
  const { from, to, ...rest } = detail;
  const span = spanOf(from, to);
  const others = Object.entries(span ? rest : detail).map(([name, value]) =>
    words.detail(name, text(value)),
  );
  return [...(span ? [spanText(span, timeZone)] : []), ...others].join('; ');
}

/** Both in ms since the epoch; without its end, it goes on. */
export function spanText({ from, to }: { from: number; to?: number }, timeZone?: string): string {
  if (to === undefined) return words.goesOn(formatMoment(from, timeZone));
  return words.lasted(formatLength(to - from), formatMoment(from, timeZone));
}

function spanOf(from: unknown, to: unknown): { from: number; to: number } | undefined {
  if (typeof from !== 'string' || typeof to !== 'string') return undefined;
  const span = { from: Date.parse(from), to: Date.parse(to) };
  return Number.isNaN(span.from) || Number.isNaN(span.to) ? undefined : span;
}

function text(value: unknown): string {
  if (Array.isArray(value)) return value.map(text).join(', ') || words.emptyList;
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.values(value).map(text).join(' ');
}
