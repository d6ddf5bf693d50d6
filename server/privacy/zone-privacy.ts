/** What the people in a zone's picture may count on: its masks, and the notice that says who films why. */
import { RefusedError } from '../contract/errors.ts';
import type { Masks, ZoneNotice } from '../contract/privacy.ts';
import type { ZoneId } from '../contract/zone.ts';

/** What is kept of a zone; a zone that nobody changed has no record. */
export interface PrivacyRecords {
  find(zone: ZoneId): Promise<{ notice: ZoneNotice | null; masks: Masks } | undefined>;
}

export class ZonePrivacy {
  readonly #records: PrivacyRecords;
  readonly #configured: ZoneNotice;

  /** @param configured the notice of every zone that has no words of its own */
  constructor(records: PrivacyRecords, configured: ZoneNotice) {
    this.#records = records;
    this.#configured = configured;
  }

  async masksOf(zone: ZoneId): Promise<Masks> {
    return (await this.#records.find(zone))?.masks ?? [];
  }

  /** The zone's own words, each of them that is left empty being taken from the configured notice. */
  async noticeOf(zone: ZoneId): Promise<ZoneNotice> {
    const own = (await this.#records.find(zone))?.notice;
    return own ? completed(own, this.#configured) : this.#configured;
  }
}

/** @throws RefusedError `masks-required` when the zone has masks and its camera cannot burn them in */
export function requireMasking(zone: ZoneId, masks: Masks, canMask: boolean): void {
  if (masks.length === 0 || canMask) return;
  throw new RefusedError(
    'masks-required',
    `${zone} has privacy masks, and this camera cannot burn them into its picture.`,
  );
}

function completed(own: ZoneNotice, configured: ZoneNotice): ZoneNotice {
  const words = (field: keyof ZoneNotice): string => own[field] || configured[field];
  return {
    purpose: words('purpose'),
    controller: words('controller'),
    retention: words('retention'),
    legal_basis: words('legal_basis'),
    contact: words('contact'),
  };
}
