/** Which language somebody gets: chosen, asked for by the browser, or English. */
import { expect, test } from 'vitest';
import { languageFor } from '../../web/lib/text/languages.ts';

test.each([
  ['who has chosen gets that', 'en', ['de-DE'], 'en'],
  ['who has chosen German gets it in an English browser', 'de', ['en-US'], 'de'],
  ['an English browser asks for English', null, ['en-US', 'de'], 'en'],
  ['an Austrian browser asks for German', null, ['de-AT', 'en'], 'de'],
  ['the first that there is counts', null, ['fr-FR', 'DE', 'en'], 'de'],
  ['others get English', null, ['fr-FR'], 'en'],
  ['a browser that names none gets English', null, [], 'en'],
  ['what was kept and is no language is not followed', 'toString', ['de'], 'de'],
])('%s', (_, chosen, wanted, language) => {
  expect(languageFor(chosen, wanted)).toBe(language);
});
