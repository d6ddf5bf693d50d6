/** What the people in a zone's picture are told: who films why. */
import type { ZoneNotice } from '../contract/privacy.ts';

/** The zone's own words; those that it left empty are the configured ones. */
export function noticeOf(own: ZoneNotice | null, configured: ZoneNotice): ZoneNotice {
  if (!own) return configured;
  const words = (part: keyof ZoneNotice): string => own[part] || configured[part];
  return {
    purpose: words('purpose'),
    controller: words('controller'),
    retention: words('retention'),
    legal_basis: words('legal_basis'),
    contact: words('contact'),
  };
}
