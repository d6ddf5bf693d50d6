/** What a page does by itself about a refusal. */
import { expect, test } from 'vitest';
import { isPassing, pauseBefore } from '../../web/lib/session/faults.ts';

test('what passes is tried again by itself, and where the server asks for a pause after a longer one', () => {
  for (const code of ['unavailable', 'throttled', 'not-found']) expect(isPassing(code)).toBe(true);
  for (const code of ['forbidden', 'masks-required', 'toString']) {
    expect(isPassing(code)).toBe(false);
  }
  expect(pauseBefore('throttled')).toBeGreaterThan(5 * pauseBefore('unavailable'));
});
