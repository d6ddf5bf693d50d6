/** Which pages may speak to the server; the sockets' transport and the API ask the same. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import pino from 'pino';
import { expect, test } from 'vitest';
import { Origins } from '../../server/access/origin.ts';
import { RefusedError } from '../../server/contract/errors.ts';

const log = pino({ level: 'silent' });

interface Asked {
  headers: IncomingHttpHeaders;
  method?: string;
  tls?: boolean;
  from?: string;
}

function lets(
  { headers, method = 'GET', tls = true, from = '203.0.113.5' }: Asked,
  settings = { allowed_origins: [] as string[], trusted_proxies: ['10.0.0.0/8'] },
): boolean {
  const socket = { remoteAddress: from, encrypted: tls };
  const request = { method, socket, headers: { host: 'console.example', ...headers } };
  try {
    new Origins(settings, log).demandOwn(request as unknown as IncomingMessage);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(RefusedError);
    expect((error as RefusedError).code).toBe('forbidden');
    return false;
  }
}

const page = (origin: string, more: IncomingHttpHeaders = {}) => ({ headers: { origin, ...more } });

test.each([
  ['https://console.example', 'console.example', true],
  ['https://console.example', 'console.example:443', true], // each scheme's own port goes without saying
  ['https://console.example:8443', 'console.example:8443', true],
  ['https://CONSOLE.example', 'console.example', false], // no browser writes it so
  ['http://console.example', 'console.example', false],
  ['http://console.example:443', 'console.example:443', false],
  ['https://console.example:8443', 'console.example', false],
  ['https://console.example', 'console.example:8443', false],
  ['https://other.console.example', 'console.example', false],
  ['https://console.example.evil.example', 'console.example', false],
  ['https://console.example@evil.example', 'console.example', false],
  ['null', 'console.example', false],
  ['', 'console.example', false],
  ['https://[2001:db8::1]:5000', '[2001:db8::1]:5000', true],
  ['https://evil.example', 'console.example@evil.example', false],
  ['https://evil.example', '', false],
])('a page of %s at %s: %s', (origin, host, may) => {
  for (const method of ['GET', 'POST', 'OPTIONS', 'DELETE']) {
    expect(lets({ ...page(origin, { host }), method })).toBe(may);
  }
});

test('an origin of the settings may, however it stands to the server', () => {
  const settings = { allowed_origins: ['https://wall.example'], trusted_proxies: [] };
  const asked = page('https://wall.example', { 'sec-fetch-site': 'cross-site' });
  expect(lets(asked, settings)).toBe(true);
  expect(lets(asked)).toBe(false);
  expect(lets(page('https://wall.example:444'), settings)).toBe(false);
});

test.each([
  ['GET', 'same-origin', true],
  ['POST', 'same-origin', true],
  ['GET', 'none', true],
  ['POST', 'none', false],
  ['GET', 'same-site', false], // a sibling's subdomain, or another port
  ['GET', 'cross-site', false],
  ['HEAD', 'cross-site', false],
  ['GET', 'something-new', false],
])('%s without an origin, %s: %s', (method, site, may) => {
  expect(lets({ method, headers: { 'sec-fetch-site': site } })).toBe(may);
});

test('who says two things that do not fit together is no page of ours', () => {
  const own = 'https://console.example';
  expect(lets(page(own, { 'sec-fetch-site': 'same-origin' }))).toBe(true);
  expect(lets(page(own, { 'sec-fetch-site': 'cross-site' }))).toBe(false);
  // Of a WebSocket browsers say several things.
  expect(lets(page(own, { 'sec-fetch-site': 'same-site', upgrade: 'websocket' }))).toBe(true);
});

test('a program sends neither, with a key, a cookie or nothing', () => {
  expect(lets({ headers: {} })).toBe(true);
  expect(lets({ headers: { authorization: 'Bearer x' }, method: 'POST' })).toBe(true);
  expect(lets({ headers: { cookie: '__Host-surveillance=x' } })).toBe(true);
});

test('a trusted proxy says by what address the server is known; anyone else does not', () => {
  const told = page('https://public.example', {
    host: 'inside:5000',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'public.example',
  });
  expect(lets({ ...told, tls: false, from: '10.1.2.3' })).toBe(true);
  expect(lets({ ...told, tls: false })).toBe(false);
  const scheme = page('https://console.example', { 'x-forwarded-proto': 'https, http' });
  expect(lets({ ...scheme, tls: false, from: '10.1.2.3' })).toBe(true);
  expect(lets({ ...scheme, tls: false })).toBe(false);
});
