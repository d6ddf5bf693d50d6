/** German stands beside English: what the type does not hold, and how figures are written. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { projectFolder } from '../../server/config.ts';
import { de } from '../../web/lib/text/de.ts';
import { sentences, templates } from '../../web/lib/text/de/refusal-sentences.ts';
import { en } from '../../web/lib/text/en.ts';

const server = path.join(projectFolder, 'server');
const source = readdirSync(server, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(path.join(server, name), 'utf8'))
  .join('\n');
/** A template as the server's source has it, with whatever is put in. */
function written(said: string): RegExp {
  const parts = said.split('{}').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`\`${parts.join('\\$\\{[^`]+?\\}')}\``);
}

test.each(Object.keys(sentences))('the server still says: %s', (sentence) => {
  expect(source).toContain(`'${sentence}'`);
});

test.each(templates)('the server still says, with something in it: %s', (said, german) => {
  expect(source).toMatch(written(said));
  expect(german.split('{}')).toHaveLength(said.split('{}').length);
});

test('a refusal is told in German, with the words of the server where they say more', () => {
  const { told } = de.refusals;
  expect(told('sign-in-failed', 'Name, password or code are not right.')).toBe(
    'Name, Passwort oder Code stimmen nicht.',
  );
  expect(told('name-taken', 'There is a camera north already.')).toBe(
    'Eine Kamera north gibt es schon.',
  );
  expect(told('throttled', 'Too many sign-ins; try again in 4 min.')).toBe(
    'Zu viel auf einmal (sign-ins); versuchen Sie es in 4 min erneut.',
  );
  expect(told('name-taken', 'There is a kite north already.')).toBe(
    'Diesen Namen gibt es schon. (There is a kite north already.)',
  );
  expect(en.refusals.told('internal', 'It failed.')).toBe('It failed.');
});

test('records of the audit are told in German, unknown ones by their code', () => {
  const { happened } = de.administration.audit;
  expect(happened({ kind: 'watching', action: 'began' })).toBe('Zusehen begonnen');
  expect(happened({ kind: 'change', action: 'person-added' })).toBe('Person hinzugefügt');
  expect(happened({ kind: 'change', action: 'kite-flown' })).toBe('kite flown');
});

test('plurals are those of the language', () => {
  expect(de.fleet.counts(1, 1, 0)).toBe('1 Zone');
  expect(de.fleet.counts(3, 40, 2)).toBe('3 von 40 Zonen · 2 ausgefallen');
  expect(de.zones.days(1)).toBe('1 Tag');
});
