/** Files of zones, as people and spreadsheets write them, and the keys that are made by them. */
import { expect, test } from 'vitest';
import { toCsv } from '../../web/lib/administration/fleet/csv.ts';
import { sheetOfKeys } from '../../web/lib/administration/fleet/made-keys.ts';
import { csvLimits, readCsv } from '../../web/lib/administration/fleet/read-csv.ts';
import { readWanted } from '../../web/lib/administration/fleet/wanted-zones.ts';

const cellsOf = (text: string) => {
  const rows = readCsv(text);
  return typeof rows === 'string' ? rows : rows.map(({ cells }) => cells);
};
const atHand = { mayMakeKeys: true, keys: new Set(['gate']) };

test.each([
  ['commas', 'a,b\r\n1,2\r\n'],
  ['semicolons and a mark, as Excel writes it', '\uFEFFa;b\r\n1;2'],
  ['tabs and bare line feeds', 'a\tb\n1\t2\n\n'],
  ['quotes that are not needed', '"a","b"\r\n"1", "2"\r\n'],
])('a table with %s is read', (_, text) => {
  expect(cellsOf(text)).toEqual([
    ['a', 'b'],
    ['1', '2'],
  ]);
});

test('quoted cells hold separators, quotes and line breaks, and rows know their line', () => {
  expect(readCsv('a,b\n"1,""x""\nmore",2\n\n3,4\n')).toEqual([
    { line: 1, cells: ['a', 'b'] },
    { line: 2, cells: ['1,"x"\nmore', '2'] },
    { line: 5, cells: ['3', '4'] },
  ]);
});

test('what is no table says why', () => {
  expect(readCsv('a,b\n"1,2\n')).toBe('open-quote');
  expect(readCsv('Zone\nCAF\uFFFD')).toBe('no-text');
});

test('a cell that was kept from being a formula comes back as it was', () => {
  const names = ['=1+1', '+49', '-5', '@home', "'quoted'", 'plain'];
  expect(cellsOf(toCsv(names.map((name) => [name, 'x'])))).toEqual(
    names.map((name) => [name, 'x']),
  );
});

test('a file asks for zones and keys; each line that cannot be used is told with its number', () => {
  const file = [
    'Name;New Key;ZONE',
    'one;North gate;hall-01',
    'two;;HALL-02',
    ';;HALL 03',
    ';a\u200Bb;HALL-04',
    ';;HALL-01',
    ';gate;HALL-05',
  ].join('\r\n');
  expect(readWanted(file, atHand)).toEqual({
    wanted: [
      { line: 2, zone: 'HALL-01', key: 'North gate' },
      { line: 3, zone: 'HALL-02', key: undefined },
    ],
    faulty: [
      { line: 4, reason: 'A zone is 1–64 letters, digits and dashes.' },
      { line: 5, reason: expect.stringContaining('invisible characters') },
      { line: 6, reason: 'The same zone as in line 2.' },
      { line: 7, reason: 'There is the key gate already.' },
    ],
  });
  const none = readWanted('Zone,New key\nHALL-01,north', { ...atHand, mayMakeKeys: false });
  expect(none).toMatchObject({ wanted: [], faulty: [{ line: 2 }] });
});

test('a file without zones, and one that is too long, is not used at all', () => {
  expect(readWanted('Place\nHALL-01', atHand)).toContain('“Zone”');
  expect(readWanted('', atHand)).toContain('“Zone”');
  const long = Array.from({ length: csvLimits.rows + 1 }, (_, at) => `HALL-${at}`).join('\n');
  expect(readWanted(`Zone\n${long}`, atHand)).toContain(`${csvLimits.rows} are read at most`);
});

test('keys leave with a link and what a program sends, whatever letters they begin with', () => {
  const key = { id: '1', name: '=gate', role: 'camera' as const, zones: 'HALL-01' };
  const sheet = sheetOfKeys(
    [
      {
        key: { ...key, createdAt: 0, lastUsed: null },
        secret: '-secret',
        enrolment: { token: '-token', expiresAt: Date.UTC(2026, 2, 4) },
      },
    ],
    'https://city.example',
  );
  expect(toCsv(sheet)).toBe(
    'Zone,Key,Enrolment link,Good until,Authorization\r\n' +
      "HALL-01,'=gate,https://city.example/enrol#-token,2026-03-04T00:00:00.000Z,Bearer -secret\r\n",
  );
});
