/** Who had the picture of a zone at a moment: what an investigation, or somebody who was filmed, asks. */
import { z } from 'zod';
import {
  AuditEntry,
  type AuditFilter,
  type AuditRecord,
  type Sight,
  type Sights,
} from '../contract/audit.ts';
import { StillList } from '../contract/still.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { Visible } from '../store/audit-repository.ts';
import type { Records } from '../store/store.ts';
import { readRecord } from './chain.ts';
import { searchAudit } from './search.ts';
import { recordedFor } from './still-looks.ts';

/** Records of one step, and most people that one answer names. */
const step = 500;
const most = 2000;
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
  const read = async (
    filter: AuditFilter,
    visible: Visible,
    take: (record: AuditRecord) => void,
  ): Promise<boolean> => {
    let before: number | undefined;
    do {
      const page = await searchAudit({ audit }, filter, visible, { before, limit: step });
      for (const stored of page.found) {
        const record = readRecord(stored);
        if (record) take(record);
      }
      before = page.next;
    } while (before !== undefined && sights.length < most && performance.now() < until);
    return before === undefined;
  };
  const looked = ({ actor, address, at: from }: AuditRecord): void => {
    sights.push({ actor, address, from, to: from, stills: true });
  };
  // Ends come after that moment; that stills were looked at is said once, before it.
  const from = at - recordedFor;
  const own = { zonePatterns: [zone], site: false };
  const all = await read({ kind: 'watching', zone, from }, own, (record) => {
    const { data: span } = Span.safeParse(record.detail);
    if (span && span.from <= at && span.to >= at) {
      sights.push({ actor: record.actor, address: record.address, ...span });
    }
    if (record.action === 'looked' && record.at <= at) looked(record);
  });
  // Those of a list are recorded together, for no zone alone.
  const ofNone = { zonePatterns: [], site: true };
  const lists = await read({ kind: 'watching', from, to: at + 1 }, ofNone, (record) => {
    if (StillList.safeParse(record.detail).data?.zones.includes(zone)) looked(record);
  });
  const complete = all && lists && open.length < most;
  return { sights: sights.sort((a, b) => a.from - b.from), complete };
}
