/** Zone patterns: what they mean, and that nobody freezes the server or a page with one. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesZone } from '../../server/contract/zone.ts';

/** The meaning as a regular expression has it; it goes back, so only for short ones. */
function means(pattern: string, zone: string): boolean {
  return new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(zone);
}

/** Few letters, so that much fits. */
const letters = (most: number, ...of: string[]): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...of), maxLength: most });

test('a pattern fits what it fits as a regular expression', () => {
  const some = fc.tuple(letters(8, 'A', 'B', '-', '*'), letters(9, 'A', 'B', '-'));
  fc.assert(
    fc.property(some, ([pattern, zone]) => {
      expect(matchesZone(pattern, zone)).toBe(means(pattern, zone));
    }),
    { numRuns: 5000 },
  );
});

test.each([
  ['AB*BA', 'ABA', false], // the two ends may not share a letter
  ['AB*BA', 'ABBA', true],
  ['*A*', 'A', true],
  ['**', '', true],
  ['', '', true],
  ['', 'A', false],
  ['$*', '$1', true],
  ['A.*', 'AB', false],
  ['[A]*', '[A]1', true],
])('%s fits %s: %s', (pattern, zone, fits) => {
  expect(matchesZone(pattern, zone)).toBe(fits);
});

/** Patterns over which a search that goes back never ends. */
const greedy = ['*A*A*A*A*A*A*B', `${'*A'.repeat(31)}*B`, `${'A*'.repeat(31)}B`, '*'.repeat(64)];

test.each(greedy)('%s is read in no time', (pattern) => {
  const zone = 'A'.repeat(64);
  const began = performance.now();
  for (let index = 0; index < 10_000; index += 1) matchesZone(pattern, zone);
  expect(performance.now() - began).toBeLessThan(1000);
});

test('any pattern over any zone is read in no time', () => {
  const some = fc.array(fc.tuple(letters(64, 'A', '*'), letters(64, 'A')), { minLength: 100 });
  fc.assert(
    fc.property(some, (pairs) => {
      const began = performance.now();
      for (const [pattern, zone] of pairs) matchesZone(pattern, zone);
      expect(performance.now() - began).toBeLessThan(100);
    }),
  );
});
