/** Which notice and which masks hold for a zone. */
import { expect, test } from 'vitest';
import { rectangle } from '../../web/lib/privacy/shapes.ts';
import { Zones } from '../../server/zones/zones.ts';

const configured = {
  purpose: 'Traffic',
  controller: 'City of Example',
  retention: 'None',
  legal_basis: 'Road act',
  contact: 'dpo@example.org',
};
const masks = [rectangle({ x: 0, y: 0 }, { x: 0.5, y: 0.5 })];
const own = { ...configured, purpose: 'Night market', contact: '' };
const times = { stalledAfter: 2000, claimTimeout: 60_000, warmUp: 10_000, linger: 2000 };
const zones = new Zones({ times, usualBitRate: 8_000_000 }, configured);
const keep = (id: string, notice: typeof own | null, held: typeof masks): void =>
  zones.keep({ id, listed: false, notice, masks: held });
keep('MARKET-01', own, masks);
keep('PARK-01', null, []);
const masksOf = (id: string) => zones.find(id)?.masks ?? [];
const refused = expect.objectContaining({ code: 'masks-required' }) as Error;

test('a zone without words of its own has the configured notice', () => {
  expect(zones.noticeOf('NEW-01')).toEqual(configured);
  expect(zones.noticeOf('PARK-01')).toEqual(configured);
});

test('of its own words, those left empty are the configured ones', () => {
  expect(zones.noticeOf('MARKET-01')).toEqual({ ...configured, purpose: 'Night market' });
});

test('a camera that cannot burn masks in is refused where there are some, and only there', () => {
  expect(masksOf('NEW-01')).toEqual([]);
  expect(() => zones.at('PARK-01').requireMasking(false)).not.toThrow();
  expect(() => zones.at('MARKET-01').requireMasking(true)).not.toThrow();
  expect(() => zones.at('MARKET-01').requireMasking(false)).toThrow(refused);
});

test('what is taken up holds at once', () => {
  keep('LATER-01', null, masks);
  expect(() => zones.at('LATER-01').requireMasking(false)).toThrow(refused);
  keep('LATER-01', null, []);
  expect(masksOf('LATER-01')).toEqual([]);
});
