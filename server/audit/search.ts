/** Looks through an audit of any length in steps, so that nobody else waits for a search. */
import type { AuditFilter } from '../contract/audit.ts';
import type { StoredRecord, Visible } from '../store/audit-repository.ts';
import type { Records } from '../store/store.ts';

/** Records that one step looks at: a few hundredths of a second. */
const step = 20_000;
/** A page that takes longer ends with what was found, ms. */
const timeLimit = 4000;

export interface Found {
  readonly found: StoredRecord[];
  /** What to ask `before` next, as there may be more. */
  readonly next: number | undefined;
}

/**
 * Records that fit, the newest first; never blank ones. A page may be short though more follows, when what
 * is looked for is rare.
 * @param before only records older than the one of this number
 */
export async function searchAudit(
  { audit }: Pick<Records, 'audit'>,
  filter: AuditFilter,
  visible: Visible,
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<Found> {
  const found: StoredRecord[] = [];
  const until = performance.now() + timeLimit;
  const oldest = await audit.oldest();
  let end = before ?? (await audit.head()).number + 1;
  while (end > oldest) {
    const begin = Math.max(end - step, oldest);
    const within = { from: begin, before: end, limit: limit + 1 - found.length };
    found.push(...(await audit.search(filter, visible, within)));
    if (found.length > limit) {
      const page = found.slice(0, limit);
      return { found: page, next: page.at(-1)?.number };
    }
    end = begin;
    if (performance.now() > until) return { found, next: end > oldest ? end : undefined };
  }
  return { found, next: undefined };
}
