/** What is kept of a zone. */
import { hidesAnything, type Hidden, type ZoneNotice } from '../contract/privacy.ts';
import type { ZoneId } from '../contract/zone.ts';

export interface ZoneRecord extends Hidden {
  readonly id: ZoneId;
  /** Whether it exists even while nobody is in it. */
  readonly listed: boolean;
  /** The zone's own words, or null for those of the configuration. */
  readonly notice: ZoneNotice | null;
  /** Most that its camera may send, bit/s; nothing where it does not say. */
  readonly maxBitrate?: number | undefined;
}

/** A zone of which nothing is kept. */
export function blankRecord(id: ZoneId): ZoneRecord {
  return { id, listed: false, notice: null, masks: [] };
}

export function isBlank(record: ZoneRecord): boolean {
  const { listed, notice, maxBitrate } = record;
  return !listed && notice === null && !hidesAnything(record) && maxBitrate === undefined;
}
