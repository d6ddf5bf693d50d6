/** Which notice and which masks hold for a zone. */
import { expect, test } from 'vitest';
import { rectangle } from '../../web/lib/privacy/shapes.ts';
import { ZonePrivacy } from '../../server/zones/zone-privacy.ts';

const configured = {
  purpose: 'Traffic',
  controller: 'City of Example',
  retention: 'None',
  legal_basis: 'Road act',
  contact: 'dpo@example.org',
};
const masks = [rectangle({ x: 0, y: 0 }, { x: 0.5, y: 0.5 })];
const own = { ...configured, purpose: 'Night market', contact: '' };
const privacy = new ZonePrivacy(configured, [
  { id: 'MARKET-01', notice: own, masks },
  { id: 'PARK-01', notice: null, masks: [] },
]);
const refused = expect.objectContaining({ code: 'masks-required' }) as Error;

test('a zone without words of its own has the configured notice', () => {
  expect(privacy.noticeOf('NEW-01')).toEqual(configured);
  expect(privacy.noticeOf('PARK-01')).toEqual(configured);
});

test('of its own words, those left empty are the configured ones', () => {
  expect(privacy.noticeOf('MARKET-01')).toEqual({ ...configured, purpose: 'Night market' });
});

test('a camera that cannot burn masks in is refused where there are some, and only there', () => {
  expect(privacy.masksOf('NEW-01')).toEqual([]);
  expect(() => privacy.requireMasking('PARK-01', false)).not.toThrow();
  expect(() => privacy.requireMasking('MARKET-01', true)).not.toThrow();
  expect(() => privacy.requireMasking('MARKET-01', false)).toThrow(refused);
});

test('what is taken up holds at once', () => {
  privacy.take({ id: 'LATER-01', notice: null, masks });
  expect(() => privacy.requireMasking('LATER-01', false)).toThrow(refused);
  privacy.take({ id: 'LATER-01', notice: null, masks: [] });
  expect(privacy.masksOf('LATER-01')).toEqual([]);
});
