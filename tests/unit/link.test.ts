/** Links that are handed over say so where others cannot open them. */
import { expect, test } from 'vitest';
import { linkOf } from '../../web/lib/administration/link.ts';

test.each([
  ['https://localhost:5000', true],
  ['http://127.0.0.1:5000', true],
  ['https://127.8.0.1', true],
  ['https://[::1]:5000', true],
  ['https://console.localhost', true],
  ['https://city.example', false],
  ['https://localhost.city.example', false],
  ['https://10.0.0.7:5000', false],
])('a link of %s: loopback %s', (origin, loopback) => {
  expect(linkOf('/invitation#token', origin)).toEqual({
    ...{ address: `${origin}/invitation#token`, loopback },
  });
});
