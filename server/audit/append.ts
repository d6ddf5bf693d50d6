import type { AuditEntry } from '../contract/audit.ts';
import type { Head } from '../store/audit-repository.ts';
import type { Records } from '../store/store.ts';
import { seal } from './chain.ts';

/** What is to be appended, and what it begins or ends. */
export interface Item {
  readonly entry: AuditEntry;
  /** ms since the epoch */
  readonly at: number;
  /** What goes on from now: should the server crash, its next start records the end. */
  readonly opens?: string | undefined;
  /** What went on until now. */
  readonly closes?: string | undefined;
}

/**
 * Adds records within a transaction: they are there if and only if what else it changed is. From here to
 * its end, everyone else who records anything waits, so let it be the last thing that a transaction does.
 * @param run the server that the parts belong to
 */
export async function append(records: Records, items: readonly Item[], run = ''): Promise<void> {
  const before = await records.audit.lockHead();
  let head: Head = before;
  const sealed = items.map(({ entry, at }) => {
    const record = seal(head, entry, at);
    head = record;
    return record;
  });
  await records.audit.append(before, sealed);
  await followParts(records, items, run);
}

async function followParts({ runs }: Records, items: readonly Item[], run: string): Promise<void> {
  // What began and ended within these items was never open for anyone else.
  const open = new Map<string, Item>();
  const closed = new Set<string>();
  for (const item of items) {
    if (item.opens !== undefined) open.set(item.opens, item);
    if (item.closes === undefined) continue;
    open.delete(item.closes);
    closed.add(item.closes);
  }
  await runs.close(run, [...closed]);
  const parts = [...open].map(([part, { entry, at }]) => ({
    part,
    beganAt: at,
    entry: JSON.stringify(entry),
  }));
  await runs.open(run, parts);
}
