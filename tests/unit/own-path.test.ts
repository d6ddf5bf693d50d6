/** Where a sign-in may lead: to paths of this server, in whatever way another one is written. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ownPath } from '../../server/contract/own-path.ts';

test.each([
  '/',
  '/wall',
  '/wall?match=CBD-*',
  '/wall?match=CBD-*#top',
  '/wall?next=//elsewhere.example',
  '/notice?zone=CBD-01',
  '/a/b/c',
  '/a%20b',
])('%s stays', (path) => {
  expect(ownPath(path)).toBe(path);
});

test('dots are followed within this server', () => {
  expect(ownPath('/wall/../admin')).toBe('/admin');
  expect(ownPath('/../../admin')).toBe('/admin');
});

const hosts = ['evil.example', 'evil.example/wall', 'evil.example:443', 'user:word@evil.example'];
const leads = [
  ...[
    '//',
    '///',
    '/\\',
    '\\/',
    '\\\\',
    '\\',
    '/\\/',
    '/./\\',
    '/.//',
    '/././/',
    '/..//',
    '/%2e//',
  ],
  ...['/a/..//', '/a/../../..//', '/.%2e//', '/\t/', '/\n/', '/\r\n/', '\t//', ' //', '\u00a0//'],
  ...['/%2f', '/%2F', '/%2f/', '/%2f%2f', '/%5c', '/%5C/', '/.%2f', '/./%2f/', '/%252f', '/%09/'],
  ...['/%0d%0a/', '/\u0000/', '/\u200b/', '/\u2028/', '/\u202e//', '/;@', '/@', '', '@', ':80@'],
  ...['http://', 'https://', 'HTTPS://', 'http:', 'https:/', 'https:\\\\', 'javascript:', 'data:,'],
  ...['ftp://', 'wss://', 'own.invalid//', 'https://own.invalid@', 'https://own.invalid.'],
];

test.each(leads.flatMap((lead) => hosts.map((host) => lead + host)))(
  '%j does not lead to another host',
  (asked) => {
    staysHere(ownPath(asked));
  },
);

test.each([undefined, null, 1, {}, [], ['/wall', '//evil.example']])('%j leads home', (asked) => {
  expect(ownPath(asked)).toBe('/');
});

test('nor does anything that is put together of such pieces', () => {
  const piece = fc.constantFrom(
    ...['/', '\\', '.', '..', '%2f', '%2e', '%5c', '%', '@', ':', '?', '#', '//', '\t', '\n', '\r'],
    ...[
      'evil.example',
      'https:',
      'a',
      '\u0000',
      '\u200b',
      '\u2215',
      '\uff0f',
      '\uff0e',
      ';',
      '[',
      ']',
    ],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      for (const asked of [pieces.join(''), `/${pieces.join('')}`]) staysHere(ownPath(asked));
    }),
    { numRuns: 5000 },
  );
});

/** As a browser takes a Location header, also after one more decoding on the way. */
function staysHere(path: string): void {
  const base = 'https://console.example';
  expect(path).toMatch(/^\/(?![/\\])/);
  for (const read of [path, decoded(path)]) {
    const { origin, pathname } = new URL(read, base);
    expect(origin).toBe(base);
    expect(pathname).not.toMatch(/^\/[/\\]/);
  }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path.split(/[?#]/, 1)[0] ?? '');
  } catch {
    return path;
  }
}
