/** The end of a record's time: its content is blanked, and a record tells of it. */
import { z } from 'zod';
import { AuditKind, auditKinds } from '../contract/audit.ts';
import type { Head } from '../store/audit-repository.ts';
import type { Records, Store } from '../store/store.ts';
import { append } from './append.ts';
import { genesis, readRecord } from './chain.ts';

/** Days that records are kept, per kind; 0 is for ever. */
export type Retention = Readonly<Record<AuditKind, number>>;

/** A blank beginning of this length is removed as a whole. */
const longBeginning = 1000;
/** Records of one transaction: a tenth of a second. */
const atOnce = 5000;
const day = 86_400_000;

/** What the record of a purge says; the newest one says all that holds. */
const Purge = z.object({
  /** Records of a kind from before this time, ms since the epoch, may be blank. */
  before: z.partialRecord(AuditKind, z.number().int()),
  /** How many were blanked this time. */
  purged: z.partialRecord(AuditKind, z.number().int()),
  /** The last record of the beginning that is not there any more. */
  beginning: z.object({ number: z.number().int(), hash: z.string() }),
});
export type Purge = z.infer<typeof Purge>;

/** The newest purge, or that there was none yet. */
export async function latestPurge(
  records: Records,
): Promise<Purge & { number: number; at: number }> {
  const stored = await records.audit.latest('service', 'purged');
  const parsed = Purge.safeParse(stored && readRecord(stored)?.detail);
  return {
    before: {},
    purged: {},
    beginning: genesis,
    ...parsed.data,
    number: stored?.number ?? 0,
    at: stored?.at ?? 0,
  };
}

/**
 * Blanks what is older than its kind is kept, a few thousand records at a time, so that others write
 * meanwhile.
 * @param now ms since the epoch
 * @param stopped asked in between whether to leave the rest for another time
 * @returns how much was purged; undefined when there was nothing
 */
export async function purge(
  store: Store,
  retention: Retention,
  now: number,
  stopped: () => boolean = () => false,
): Promise<Pick<Purge, 'purged'> | undefined> {
  const sum: Purge['purged'] = {};
  let any = false;
  for (let more = true; more && !stopped();) {
    const done = await purgeSome(store, retention, now);
    if (!done) break;
    any = true;
    for (const kind of auditKinds) {
      const count = done.purged[kind] ?? 0;
      if (count > 0) sum[kind] = (sum[kind] ?? 0) + count;
    }
    more = done.more;
  }
  return any ? { purged: sum } : undefined;
}

/** @returns what was blanked, and whether there may be more; undefined when there was nothing to do */
function purgeSome(
  store: Store,
  retention: Retention,
  now: number,
): Promise<{ purged: Purge['purged']; more: boolean } | undefined> {
  return store.transaction(async (records) => {
    await records.audit.lockHead(); // Two servers on one database purge one after the other.
    const last = await latestPurge(records);
    const before: Purge['before'] = {};
    const purged: Purge['purged'] = {};
    let room = atOnce;
    for (const kind of auditKinds) {
      const cutoff = retention[kind] === 0 ? 0 : now - retention[kind] * day;
      // Never back: what was blanked under a shorter retention stays explained.
      const latest = Math.max(cutoff, last.before[kind] ?? 0);
      if (latest > 0) before[kind] = latest;
      if (cutoff <= 0 || room === 0) continue;
      const count = await records.audit.blank(kind, cutoff, last.number, room);
      if (count > 0) purged[kind] = count;
      room -= count;
    }
    const beginning = await shorten(records, last.beginning);
    const removed = beginning.number - last.beginning.number;
    if (room === atOnce && removed === 0) return undefined;
    await tell(records, { before, purged, beginning }, now);
    return { purged, more: room === 0 || removed >= longBeginning };
  });
}

/**
 * Sets a mark that lies in the future, which a clock has left that was ahead, to now: so it explains what was
 * blanked, and lets nothing more be.
 * @returns whether there was one
 */
export async function correctMark(records: Records, now: number): Promise<boolean> {
  const { before: wrong, beginning, at } = await latestPurge(records);
  if (at <= now && Object.values(wrong).every((mark) => mark <= now)) return false;
  const before: Purge['before'] = {};
  for (const kind of auditKinds) {
    const mark = wrong[kind];
    if (mark !== undefined) before[kind] = Math.min(mark, now);
  }
  await tell(records, { before, purged: {}, beginning }, now);
  return true;
}

function tell(records: Records, detail: Purge, at: number): Promise<void> {
  const actor = { kind: 'service', id: 'service', name: 'service' } as const;
  const entry = { kind: 'service', action: 'purged', actor, address: '', detail } as const;
  return append(records, [{ entry, at }]);
}

/** Removes a long blank beginning, or the first of it. @returns the last record that is not there any more */
async function shorten(records: Records, removed: Head): Promise<Head> {
  const blank = await records.audit.blankBeginning(2 * atOnce);
  if (!blank || blank.length < longBeginning) return removed;
  await records.audit.removeBeginning(blank.last.number);
  return blank.last;
}
