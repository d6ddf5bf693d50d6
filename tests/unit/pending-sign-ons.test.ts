/** What a browser keeps of a single sign-on that it has begun: of use to that one, for a while, and to nobody who changes it. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { pendingLifetime, PendingSignOns } from '../../server/access/pending-sign-ons.ts';
import { newToken } from '../../server/access/tokens.ts';

const key = newToken();
const facts = { add: () => Promise.reject(new Error('nothing is to be kept of what is begun')) };
const here = new PendingSignOns(key, facts);
/** Another server on the store, or the same one after a restart. */
const elsewhere = new PendingSignOns(key, facts);
const begin = (next = '/wall') => {
  const begun = { state: newToken(), nonce: newToken(), verifier: newToken(), next };
  return { begun, sealed: here.close(begun) };
};

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => vi.useRealTimers());

test('what was begun at one server is known at another on the store, and at no other', () => {
  const { begun, sealed } = begin();
  expect(elsewhere.open(sealed, begun.state)).toMatchObject(begun);
  expect(new PendingSignOns(newToken(), facts).open(sealed, begun.state)).toBeUndefined();
});

test('it is of use for ten minutes, and not before it was begun', () => {
  const { begun, sealed } = begin();
  vi.advanceTimersByTime(pendingLifetime - 1);
  expect(elsewhere.open(sealed, begun.state)).toBeDefined();
  vi.advanceTimersByTime(1);
  expect(elsewhere.open(sealed, begun.state)).toBeUndefined();
  // A clock that was set back gives nobody more time.
  vi.setSystemTime(Date.now() - 2 * pendingLifetime);
  expect(elsewhere.open(sealed, begun.state)).toBeUndefined();
});

test('that of another sign-on, of another browser, or none at all answers nothing', () => {
  const { begun } = begin();
  for (const kept of [begin().sealed, newToken(), '', 'x', '%', 'A'.repeat(100_000)]) {
    expect(elsewhere.open(kept, begun.state)).toBeUndefined();
  }
});

test('whoever changes it, at whatever place, has nothing', () => {
  const { begun, sealed } = begin();
  const bytes = Buffer.from(sealed, 'base64url');
  for (const at of bytes.keys()) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(elsewhere.open(changed.toString('base64url'), begun.state)).toBeUndefined();
    const cut = bytes.subarray(0, at).toString('base64url');
    expect(elsewhere.open(cut, begun.state)).toBeUndefined();
  }
});

test('it tells nobody who sees it what is to be proven with it', () => {
  const { begun, sealed } = begin();
  const seen = Buffer.from(sealed, 'base64url').toString('latin1') + sealed;
  for (const secret of Object.values(begun)) expect(seen).not.toContain(secret);
});

test('a wall of a hundred zones is come back to; of a path that no cookie holds, the query is left out', () => {
  const zones = Array.from({ length: 100 }, (_, at) => `CBD-TRAFFIC-${at}`);
  const wall = `/wall?zones=${zones.join(',')}&layout=9`;
  const longest = `/wall?match=${Array.from({ length: 60 }, newToken).join(',')}`;
  const after = (next: string): string | undefined => {
    const { begun, sealed } = begin(next);
    expect(sealed.length).toBeLessThan(1600);
    return elsewhere.open(sealed, begun.state)?.next;
  };
  expect(after(wall)).toBe(wall);
  expect(after(longest)).toBe('/wall');
  expect(after(`/${longest.replaceAll(/[^\w]/g, '')}`)).toBe('/');
});
