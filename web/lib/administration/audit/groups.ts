/** Records that one act has made, as a wall that opens its zones, are read as one. */
import type { AuditRecord } from '../../../../server/contract/audit.ts';

/** Records of one act come within this time, ms. */
const together = 2000;

/** One record, or several alike that differ in their zones. */
export type Group = readonly [AuditRecord, ...AuditRecord[]];

/** @param records as they come, the newest first */
export function grouped(records: readonly AuditRecord[]): Group[] {
  const groups: [AuditRecord, ...AuditRecord[]][] = [];
  for (const record of records) {
    const group = groups.findLast(([first]) => isOneAct(first, record));
    if (group) group.push(record);
    else groups.push([record]);
  }
  return groups;
}

/** The zones of a group by name, each once. */
export function zonesOf(group: Group): string[] {
  return [...new Set(group.flatMap(({ zone }) => zone ?? []))].sort();
}

function isOneAct(a: AuditRecord, b: AuditRecord): boolean {
  const lasts = a.kind === 'watching' || a.kind === 'filming';
  return (
    lasts &&
    a.kind === b.kind &&
    a.action === b.action &&
    a.actor.id === b.actor.id &&
    a.address === b.address &&
    Math.abs(a.at - b.at) <= together
  );
}
