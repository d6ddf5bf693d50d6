import type { AuditEntry } from '../contract/audit.ts';
import type { Head } from '../store/audit.ts';
import type { Records } from '../store/store.ts';
import { seal } from './chain.ts';

/**
 * Adds records within a transaction: they are there if and only if what else it changed is. From here to
 * its end, whoever else records anything waits, so let it be the last thing that a transaction does.
 */
export async function append(
  records: Records,
  entries: readonly { entry: AuditEntry; at: number }[],
): Promise<void> {
  const before = await records.audit.lockHead();
  let head: Head = before;
  const sealed = entries.map(({ entry, at }) => {
    const record = seal(head, entry, at);
    head = record;
    return record;
  });
  await records.audit.append(before, sealed);
}
