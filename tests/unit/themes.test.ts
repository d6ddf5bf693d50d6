/** In which theme a page is shown. */
import { expect, test } from 'vitest';
import { shownAs, themeOf } from '../../web/lib/look/themes.ts';

test('dark is what nobody has to choose', () => {
  expect(themeOf(null)).toBe('dark');
  expect(themeOf('sepia')).toBe('dark');
  expect(shownAs(themeOf(null), '/desk', true)).toBe('dark');
});

test.each([
  ['light', '/desk', false, 'light'],
  ['light', '/wall', false, 'light'],
  ['dark', '/desk', true, 'dark'],
  ['system', '/desk', true, 'light'],
  ['system', '/desk', false, 'dark'],
  ['system', '/wall', true, 'dark'],
] as const)('%s at %s, with a system that is light: %s', (theme, path, systemIsLight, shown) => {
  expect(shownAs(theme, path, systemIsLight)).toBe(shown);
});
