/** How much the camera of each zone may send. */
import type { ZoneId } from '../contract/zone.ts';

export class BitRates {
  readonly #usual: number;
  readonly #own = new Map<ZoneId, number>();

  /** @param usual where neither the zone nor the camera's key says anything, bit/s */
  constructor(usual: number) {
    this.#usual = usual;
  }

  /** @param most bit/s; undefined where the zone says nothing */
  set(zone: ZoneId, most: number | undefined): void {
    if (most === undefined) this.#own.delete(zone);
    else this.#own.set(zone, most);
  }

  /**
   * The lower of what the zone and the key say, bit/s.
   * @param ofKey undefined where the camera has no key, or one that says nothing
   */
  most(zone: ZoneId, ofKey: number | undefined): number {
    const said = [this.#own.get(zone), ofKey].filter((one) => one !== undefined);
    return said.length > 0 ? Math.min(...said) : this.#usual;
  }
}
