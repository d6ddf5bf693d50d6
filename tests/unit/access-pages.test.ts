/** The plain rules behind the pages of access: where they lead, and how they say things. */
import { expect, test } from 'vitest';
import { anyone } from '../../server/contract/policy.ts';
import type { Grant, Principal } from '../../server/contract/access.ts';
import { describeAgent } from '../../web/lib/ui/agent.ts';
import { formatAge } from '../../web/lib/ui/moment.ts';
import { insteadOf, nextPage } from '../../web/lib/access/next-page.ts';
import { detailText, whatHappened } from '../../web/lib/administration/audit/record-text.ts';

const origin = 'https://console.example';

test.each([
  ['', '/desk'],
  ['?next=/', '/'],
  ['?next=/wall', '/wall'],
  ['?next=%2Fwall%3Fmatch%3DCBD-*%23x', '/wall?match=CBD-*#x'],
  [`?next=${origin}/admin`, '/admin'],
  ['?next=https://elsewhere.example/wall', '/desk'],
  ['?next=//elsewhere.example/wall', '/desk'],
  ['?next=/%5Celsewhere.example/wall', '/desk'],
  ['?next=javascript:alert(1)', '/desk'],
  ['?next=/sign-in', '/desk'],
  ['?next=/enrol', '/desk'],
  ['?next=/api/sign-out', '/desk'],
  ['?next=http://', '/desk'],
])('after the sign-in, %s leads to %s', (query, page) => {
  expect(nextPage(query, origin)).toBe(page);
});

test('a key is sent to the page that it is for', () => {
  const key = (role: Grant['role']): Principal => ({
    kind: 'key',
    id: 'k',
    name: 'k',
    grants: [{ role, zones: '*' }],
  });
  expect(insteadOf('/', key('wall'))).toBe('/wall');
  expect(insteadOf('/wall', key('wall'))).toBeUndefined();
  expect(insteadOf('/wall', key('camera'))).toBe('/');
  expect(insteadOf('/', key('camera'))).toBeUndefined();
  expect(insteadOf('/wall', anyone)).toBeUndefined();
  expect(insteadOf('/desk', key('wall'))).toBe('/wall');
  expect(insteadOf('/desk', key('camera'))).toBe('/');
});

test('the desk is for people who watch; those who only install cameras stay at the form', () => {
  const person = (...roles: Grant['role'][]): Principal => ({
    ...{ kind: 'person', id: 'p', name: 'p' },
    grants: roles.map((role) => ({ role, zones: 'CBD-*' })),
  });
  expect(insteadOf('/desk', anyone)).toBeUndefined();
  expect(insteadOf('/', anyone)).toBeUndefined();
  expect(insteadOf('/desk', person('viewer'))).toBeUndefined();
  expect(insteadOf('/desk', person('installer'))).toBe('/');
  expect(insteadOf('/desk', person('installer', 'operator'))).toBeUndefined();
  expect(insteadOf('/desk', person())).toBe('/');
});

test.each([
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
    'Chrome 142 on Linux',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0',
    'Edge 141 on Windows',
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
    'Safari 18 on macOS',
  ],
  [
    'Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0',
    'Firefox 140 on Android',
  ],
  ['curl/8.5.0', 'curl/8.5.0'],
  ['', 'unknown program'],
])('a browser is told by name: %s', (agent, name) => {
  expect(describeAgent(agent)).toBe(name);
});

test('an age is told in the largest unit that it fills', () => {
  const now = Date.UTC(2026, 0, 10);
  expect(formatAge(now - 59_000, now)).toBe('just now');
  expect(formatAge(now - 119_000, now)).toBe('1 minute ago');
  expect(formatAge(now - 3 * 3_600_000, now)).toBe('3 hours ago');
  expect(formatAge(now - 50 * 3_600_000, now)).toBe('2 days ago');
});

test('what happened is told once', () => {
  expect(whatHappened({ kind: 'watching', action: 'began' })).toBe('watching began');
  expect(whatHappened({ kind: 'sign-in', action: 'signed-in' })).toBe('signed in');
  expect(whatHappened({ kind: 'change', action: 'person-added' })).toBe('person added');
});

test('what more an audit record tells is read as words', () => {
  const grants = [
    { role: 'operator', zones: 'CBD-*' },
    { role: 'supervisor', zones: '*' },
  ];
  expect(detailText({ person: 'grace', grants })).toBe(
    'person: grace; grants: operator CBD-*, supervisor *',
  );
  expect(detailText({ grants: [] })).toBe('grants: none');
  expect(detailText(undefined)).toBe('');
});
