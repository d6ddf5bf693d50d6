/** The audit as it is read: acts in place of rows, lengths, and times of the site. */
import { expect, test } from 'vitest';
import type { AuditRecord } from '../../server/contract/audit.ts';
import { grouped, zonesOf } from '../../web/lib/administration/audit/groups.ts';
import { detailText } from '../../web/lib/administration/audit/record-text.ts';
import { momentIn } from '../../web/lib/administration/audit/time-zones.ts';
import { formatLength } from '../../web/lib/ui/moment.ts';

let number = 1000;
const record = (at: number, zone: string, more: Partial<AuditRecord> = {}): AuditRecord => ({
  number: (number -= 1),
  at,
  kind: 'watching',
  action: 'began',
  actor: { kind: 'key', id: 'wall', name: 'Hall' },
  address: '203.0.113.5',
  zone,
  ...more,
});

test('the zones that a wall opens are one act, whoever else comes between', () => {
  const other = { actor: { kind: 'person', id: 'ada', name: 'Ada' } } as const;
  const groups = grouped([
    record(5000, 'C-3'),
    record(4990, 'C-1', other),
    record(4900, 'C-2'),
    record(4800, 'C-1'),
    record(1000, 'C-1'), // another time
    record(900, 'C-1', { action: 'ended' }),
  ]);
  expect(groups.map(zonesOf)).toEqual([['C-1', 'C-2', 'C-3'], ['C-1'], ['C-1'], ['C-1']]);
});

test('what else is done twice in a second is done twice', () => {
  const change = { kind: 'change', action: 'key-added' } as const;
  expect(grouped([record(10, 'A', change), record(5, 'A', change)])).toHaveLength(2);
});

test('how long something went on comes first', () => {
  const detail = { from: '2026-03-29T10:00:00Z', to: '2026-03-29T10:12:03Z', reason: 'crash' };
  expect(detailText(detail, 'Europe/Berlin')).toMatch(
    /^12 min 3 s, since 29 Mar 2026, 12:00:00 .*; reason: crash$/,
  );
  expect(detailText({ from: 'CBD', to: 'PARK' })).toBe('from: CBD; to: PARK');
});

test.each([
  [0, '0 s'],
  [59_400, '59 s'],
  [60_000, '1 min 0 s'],
  [3_599_700, '1 h 0 min'],
  [90_061_000, '25 h 1 min'],
])('%d ms are %s', (length, text) => {
  expect(formatLength(length)).toBe(text);
});

test.each([
  ['UTC', '2026-03-29T02:30', '2026-03-29T02:30:00Z'],
  ['Europe/Berlin', '2026-03-29T01:30', '2026-03-29T00:30:00Z'],
  ['Europe/Berlin', '2026-03-29T03:30', '2026-03-29T01:30:00Z'],
  ['Europe/Berlin', '2026-10-25T02:30', '2026-10-25T00:30:00Z'], // twice that night: the first
  ['Europe/Berlin', '2026-10-25T03:30', '2026-10-25T02:30:00Z'],
  ['America/St_Johns', '2026-07-01T12:00', '2026-07-01T14:30:00Z'],
  ['Pacific/Kiritimati', '2026-01-01T00:00', '2025-12-31T10:00:00Z'],
])('in %s, %s is %s', (timeZone, local, moment) => {
  expect(new Date(momentIn(timeZone, local)).getTime()).toBe(Date.parse(moment));
});
