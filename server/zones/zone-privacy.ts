/** What the people in a zone's picture may count on: its masks, and the notice that says who films why. */
import { RefusedError } from '../contract/errors.ts';
import type { Masks, ZoneNotice } from '../contract/privacy.ts';
import type { ZoneId } from '../contract/zone.ts';

/** What a zone has of its own; no notice means the configured one. */
export interface OwnPrivacy {
  readonly id: ZoneId;
  readonly notice: ZoneNotice | null;
  readonly masks: Masks;
}

/** Kept in memory beside the store, so that no frame is let through between a look and its answer. */
export class ZonePrivacy {
  readonly #configured: ZoneNotice;
  readonly #own = new Map<ZoneId, OwnPrivacy>();

  /**
   * @param configured the notice of every zone that has no words of its own
   * @param own what is stored of zones
   */
  constructor(configured: ZoneNotice, own: readonly OwnPrivacy[]) {
    this.#configured = configured;
    for (const zone of own) this.take(zone);
  }

  /** From now on this holds. */
  take(own: OwnPrivacy): void {
    this.#own.set(own.id, own);
  }

  masksOf(zone: ZoneId): Masks {
    return this.#own.get(zone)?.masks ?? [];
  }

  /** @throws RefusedError `masks-required` when the zone has masks and its camera cannot burn them in */
  requireMasking(zone: ZoneId, canMask: boolean): void {
    if (canMask || this.masksOf(zone).length === 0) return;
    throw new RefusedError(
      'masks-required',
      `${zone} has privacy masks, and this camera cannot burn them into its picture.`,
    );
  }

  /** The zone's own words; those that it left empty are the configured ones. */
  noticeOf(zone: ZoneId): ZoneNotice {
    const own = this.#own.get(zone)?.notice;
    const configured = this.#configured;
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
}
