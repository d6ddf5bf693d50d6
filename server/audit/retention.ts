/** The end of a record's time: its content is blanked, and a record tells of it. */
import { z } from 'zod';
import { AuditKind, auditKinds } from '../contract/audit.ts';
import type { Head } from '../store/audit.ts';
import type { Records, Store } from '../store/store.ts';
import { append } from './append.ts';
import { genesis, readRecord } from './chain.ts';

/** Days that records are kept, per kind; 0 is for ever. */
export type Retention = Readonly<Record<AuditKind, number>>;

/** A blank beginning of this length is removed as a whole. */
const longBeginning = 1000;
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
export async function latestPurge(records: Records): Promise<Purge & { number: number }> {
  const stored = await records.audit.latest('service', 'purged');
  const parsed = Purge.safeParse(stored && readRecord(stored)?.detail);
  return {
    before: {},
    purged: {},
    beginning: genesis,
    ...parsed.data,
    number: stored?.number ?? 0,
  };
}

/**
 * Blanks what is older than its kind is kept.
 * @param now ms since the epoch
 * @returns what was purged; undefined when there was nothing
 */
export function purge(store: Store, retention: Retention, now: number): Promise<Purge | undefined> {
  return store.transaction(async (records) => {
    await records.audit.lockHead(); // Two servers on one database purge one after the other.
    const last = await latestPurge(records);
    const before: Purge['before'] = {};
    const purged: Purge['purged'] = {};
    for (const kind of auditKinds) {
      const cutoff = retention[kind] === 0 ? 0 : now - retention[kind] * day;
      // Never back: what was blanked under a shorter retention stays explained.
      const latest = Math.max(cutoff, last.before[kind] ?? 0);
      if (latest > 0) before[kind] = latest;
      const count = cutoff > 0 ? await records.audit.blank(kind, cutoff, last.number) : 0;
      if (count > 0) purged[kind] = count;
    }
    if (Object.keys(purged).length === 0) return undefined;
    const detail = { before, purged, beginning: await shorten(records, last.beginning) };
    const actor = { kind: 'service', id: 'service', name: 'service' } as const;
    const entry = { kind: 'service', action: 'purged', actor, address: '', detail } as const;
    await append(records, [{ entry, at: now }]);
    return detail;
  });
}

/** Removes a long blank beginning. @returns the last record that is not there any more */
async function shorten(records: Records, removed: Head): Promise<Head> {
  const blank = await records.audit.blankBeginning();
  if (!blank || blank.length < longBeginning) return removed;
  await records.audit.removeBeginning(blank.last.number);
  return blank.last;
}
