/** The inventory of zones, and its file for spreadsheets. */
import { expect, test } from 'vitest';
import type { Key } from '../../server/contract/api.ts';
import type { Gateway, ShownCamera } from '../../server/contract/gateway-list.ts';
import type { ZoneSummary } from '../../server/contract/zone.ts';
import { toCsv } from '../../web/lib/administration/fleet/csv.ts';
import { inventory } from '../../web/lib/administration/fleet/inventory.ts';
import { sheetOf } from '../../web/lib/administration/fleet/words.ts';

const zones: ZoneSummary[] = [
  { id: 'GATE-01', camera: 'streaming', label: 'Tablet', viewers: 2 },
  { id: 'GATE-02', camera: 'idle', label: '', viewers: 0, lastSeen: Date.UTC(2026, 2, 4, 20, 19) },
];
const key = (name: string, role: Key['role'], pattern: string): Key => ({
  ...{ id: name, name, role, zones: pattern, createdAt: 0, lastUsed: null },
});
const keys = [key('gate', 'camera', 'GATE-*'), key('big wall', 'wall', '*')];
const settings: ShownCamera = {
  ...{ name: 'lens', zone: 'HALL-01', label: 'Hall, left', enabled: true, hasPassword: false },
  ...{
    url: 'rtsp://10.0.0.1/',
    transport: 'tcp' as const,
    transcode: 'auto' as const,
    audio: false,
  },
};
const gateway: Gateway = {
  ...{ name: 'hall', connected: false, version: '1', address: '', lastSeen: 5 },
  key: { id: '1', name: 'hall box' },
  cameras: [{ name: 'lens', settings }, { name: 'unknown' }],
};

test('each zone is one row, also one whose camera was set at a gateway and never came', () => {
  const rows = inventory({ zones, gateways: [gateway], keys });
  expect(sheetOf(rows)).toEqual([
    ['Zone', 'State', 'Last seen', 'Camera', 'Gateway', 'Key'],
    ['GATE-01', 'live', 'now', 'Tablet', '', 'gate'],
    ['GATE-02', 'lost', '2026-03-04T20:19:00.000Z', '', '', 'gate'],
    ['HALL-01', 'no camera', '', 'Hall, left', 'hall (gone)', 'hall box'],
  ]);
});

test.each([
  ['=1+1', "'=1+1"],
  ['+49', "'+49"],
  ['-A', "'-A"],
  ['@SUM(A1)', "'@SUM(A1)"],
  [' =1', "' =1"],
  ['\t=1', "'\t=1"],
  ['=A,"b"', `"'=A,""b"""`],
  ['Hall, left', '"Hall, left"'],
  ['a\nb', '"a\nb"'],
  ['GATE-01', 'GATE-01'],
])('%j is no formula in a spreadsheet, and one cell', (text, cell) => {
  expect(toCsv([[text, 'x']])).toBe(`${cell},x\r\n`);
});
