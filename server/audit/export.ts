/** The audit for other programs: CSV (RFC 4180) or JSON Lines, the newest record first. */
import { stringify } from 'csv-stringify/sync';
import type { AuditExport, AuditRecord } from '../contract/audit.ts';
import type { Visible } from '../store/audit-repository.ts';
import type { Records } from '../store/store.ts';
import { readRecord } from './chain.ts';
import { searchAudit } from './search.ts';

const pageSize = 500;
const columns = [
  'number',
  'at',
  'kind',
  'action',
  'actor_kind',
  'actor_id',
  'actor_name',
  'address',
  'zone',
  'detail',
];

/** The text piece by piece, so that an audit of any length needs little memory. */
export async function* exportAudit(
  records: Records,
  { format, ...filter }: AuditExport,
  visible: Visible,
): AsyncGenerator<string> {
  if (format === 'csv') yield csv([columns]);
  let before: number | undefined;
  for (;;) {
    const limits = { before, limit: pageSize };
    const { found, next } = await searchAudit(records, filter, visible, limits);
    const page = found.flatMap((stored) => readRecord(stored) ?? []);
    if (page.length > 0) {
      yield format === 'csv'
        ? csv(page.map(rowOf))
        : page.map((record) => `${JSON.stringify(withTime(record))}\n`).join('');
    }
    if (next === undefined) return;
    before = next;
  }
}

/** A name that begins with `=` must not become a formula in a spreadsheet. */
function csv(rows: unknown[][]): string {
  return stringify(rows, { escape_formulas: true });
}

function rowOf(record: AuditRecord): unknown[] {
  const { number, at, kind, action, actor, address, zone, detail } = withTime(record);
  const more = detail === undefined ? '' : JSON.stringify(detail);
  return [number, at, kind, action, actor.kind, actor.id, actor.name, address, zone ?? '', more];
}

function withTime(record: AuditRecord) {
  return { ...record, at: new Date(record.at).toISOString() };
}
