/** Who had the picture of a zone at a moment: what an investigation, or somebody who was filmed, asks. */
import { z } from 'zod';
import { AuditEntry, type Sight, type Sights } from '../contract/audit.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { Records } from '../store/store.ts';
import { readRecord } from './chain.ts';
import { searchAudit } from './search.ts';

/** Records of one step, and most people that one answer names. */
const step = 500;
const most = 2000;
/** A person who goes on looking at stills of a zone is recorded once in this time, ms. */
export const recordedFor = 300_000;
/** An answer that takes longer ends with what was found, ms. */
const timeLimit = 8000;

const Span = z.object({
  from: z.iso.datetime().transform(Date.parse),
  to: z.iso.datetime().transform(Date.parse),
});

/**
 * Of what goes on still, and of what has ended since. A wall, a tab and a player count alike.
 * @param at ms since the epoch
 */
export async function sightsAt(
  { audit, runs }: Pick<Records, 'audit' | 'runs'>,
  zone: ZoneId,
  at: number,
): Promise<Omit<Sights, 'keptSince'>> {
  const sights: Sight[] = [];
  const open = await runs.openIn(zone, at, most);
  for (const { entry, beganAt } of open) {
    const { kind, actor, address, zone: watched } = AuditEntry.parse(JSON.parse(entry));
    if (kind === 'watching' && watched === zone) sights.push({ actor, address, from: beganAt });
  }
  const until = performance.now() + timeLimit;
  // Ends come after that moment; that stills were looked at is said once, before it.
  const filter = { kind: 'watching', zone, from: at - recordedFor } as const;
  const visible = { zonePatterns: [zone], site: false };
  let before: number | undefined;
  do {
    const { found, next } = await searchAudit({ audit }, filter, visible, { before, limit: step });
    for (const stored of found) {
      const record = readRecord(stored);
      if (!record) continue;
      const { actor, address, detail, action } = record;
      const { data: span } = Span.safeParse(detail);
      if (span && span.from <= at && span.to >= at) sights.push({ actor, address, ...span });
      if (action === 'looked' && record.at <= at) {
        sights.push({ actor, address, from: record.at, to: record.at, stills: true });
      }
    }
    before = next;
  } while (before !== undefined && sights.length < most && performance.now() < until);
  const complete = before === undefined && open.length < most;
  return { sights: sights.sort((a, b) => a.from - b.from), complete };
}
