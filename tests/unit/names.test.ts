/** The one rule for names: what is typed is refused when it breaks it, what a machine tells is made to fit. */
import { expect, test } from 'vitest';
import { AddKey, AddPerson, SetUp } from '../../server/contract/api.ts';
import { clientEvents } from '../../server/contract/events.ts';
import { fittingName } from '../../server/contract/name.ts';

const doors = {
  'set-up': (name: string) => SetUp.safeParse({ name, password: 'x' }),
  people: (name: string) => AddPerson.safeParse({ name, password: 'x', grants: [] }),
  keys: (name: string) => AddKey.safeParse({ name, role: 'wall', zones: '*' }),
};
const hidden = {
  'zero-width space': 'Ad\u200Ba',
  'zero-width joiner': 'Ad\u200Da',
  'word joiner': 'Ad\u2060a',
  'byte order mark': '\uFEFFx\uFEFFy',
  'soft hyphen': 'Ad\u00ADa',
  'right-to-left override': 'Ada\u202Egnp',
  'right-to-left isolate': 'Ada\u2067x',
  'line feed': 'Ada\nroot',
  'carriage return': 'Ada\rroot',
  'line separator': 'Ada\u2028root',
  'next line': 'Ada\u0085root',
  tab: 'Ada\troot',
  nul: 'Ada\0',
  escape: 'Ada\u001B[2J',
  'combining grapheme joiner': 'A\u034Fda',
  'Hangul filler': 'Ada\u3164',
  'blank of Braille': '\u2800Ada',
  'variation selector': 'Ada\uFE0F',
  'tag letter': 'Ada\u{E0041}',
  'half a surrogate pair': 'Ada\uD800',
  'for private use': 'Ada\uE000',
};

test.each(Object.entries(hidden))('a name with a %s is refused at each door', (_, name) => {
  for (const door of Object.values(doors)) expect(door(name).success).toBe(false);
});

test.each(Object.entries(hidden))('and a %s is taken out of what a machine tells', (_, name) => {
  const fitting = fittingName(name);
  expect(fitting).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{DI}\u2800]/u);
  expect(fitting).toMatch(/\w/);
  const claim = clientEvents.claim.request.parse({ zone: 'A', label: name });
  expect(claim.label).toBe(fitting);
});

test.each([
  'Ada',
  'Ada Lovelace',
  'Jürgen Müßig',
  'Оля',
  '小林',
  'علي',
  'O’Neil-4',
  'gate (north)',
])('%s is a name everywhere', (name) => {
  for (const door of Object.values(doors)) expect(door(name).data?.name).toBe(name);
  expect(fittingName(name)).toBe(name);
});

test('spaces are single and not around it, and marks are written in one way', () => {
  expect(doors.people(' Ada\u00A0 \u3000Lovelace ').data?.name).toBe('Ada Lovelace');
  expect(doors.people('Jose\u0301').data?.name).toBe('Jos\u00E9');
  expect(fittingName('Ada\r\nroot\tadmin')).toBe('Ada root admin');
});

test('a name that nobody could read is none', () => {
  for (const name of ['', ' ', '\u0301', '--', '\u200B']) {
    expect(doors.people(name).success).toBe(false);
    expect(fittingName(name)).toBe('');
  }
  expect(doors.people(`A${'\u0338'.repeat(30)}`).success).toBe(false);
  expect(fittingName('x'.repeat(500))).toHaveLength(64);
});
