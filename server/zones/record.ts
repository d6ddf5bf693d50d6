/** What is kept of a zone. */
import type { Masks, ZoneNotice } from '../contract/privacy.ts';
import type { ZoneId } from '../contract/zone.ts';

export interface ZoneRecord {
  readonly id: ZoneId;
  /** Whether it exists even while nobody is in it. */
  readonly listed: boolean;
  /** The zone's own words, or null for those of the configuration. */
  readonly notice: ZoneNotice | null;
  readonly masks: Masks;
  /** Most that its camera may send, bit/s; nothing where it does not say. */
  readonly maxBitrate?: number | undefined;
}

/** A zone of which nothing is kept. */
export function blankRecord(id: ZoneId): ZoneRecord {
  return { id, listed: false, notice: null, masks: [] };
}

export function isBlank({ listed, notice, masks, maxBitrate }: ZoneRecord): boolean {
  return !listed && notice === null && masks.length === 0 && maxBitrate === undefined;
}
