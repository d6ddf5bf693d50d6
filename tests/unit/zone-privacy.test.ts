/** Which notice and which masks hold for a zone. */
import { expect, test } from 'vitest';
import { rectangle } from '../../web/lib/privacy/shapes.ts';
import { requireMasking, ZonePrivacy } from '../../server/privacy/zone-privacy.ts';

const configured = {
  purpose: 'Traffic',
  controller: 'City of Example',
  retention: 'None',
  legal_basis: 'Road act',
  contact: 'dpo@example.org',
};
const masks = [rectangle({ x: 0, y: 0 }, { x: 0.5, y: 0.5 })];
const own = { ...configured, purpose: 'Night market', contact: '' };
const records = new Map([
  ['MARKET-01', { notice: own, masks }],
  ['PARK-01', { notice: null, masks: [] }],
]);
const privacy = new ZonePrivacy({ find: async (zone) => records.get(zone) }, configured);

test('a zone without words of its own has the configured notice', async () => {
  expect(await privacy.noticeOf('NEW-01')).toEqual(configured);
  expect(await privacy.noticeOf('PARK-01')).toEqual(configured);
});

test('of its own words, those left empty are the configured ones', async () => {
  expect(await privacy.noticeOf('MARKET-01')).toEqual({ ...configured, purpose: 'Night market' });
});

test('a camera that cannot burn masks in is refused where there are some, and only there', async () => {
  expect(await privacy.masksOf('NEW-01')).toEqual([]);
  expect(() => requireMasking('PARK-01', [], false)).not.toThrow();
  expect(() => requireMasking('MARKET-01', masks, true)).not.toThrow();
  expect(() => requireMasking('MARKET-01', masks, false)).toThrow(
    expect.objectContaining({ code: 'masks-required' }),
  );
});
