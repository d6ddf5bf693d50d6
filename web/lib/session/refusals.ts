/** The feeds of watched zones that cannot be had, as the server or this browser says. */
import type { ProducerRefusal } from '../../../server/contract/producer-refusal.ts';
import { texts } from '../text/texts.ts';
import type { Tile } from '../../../server/contract/tile.ts';

export class Refusals {
  /** By producer id: what the server cannot give to this browser. */
  readonly #byServer = new Map<string, ProducerRefusal>();
  /** By consumer id: what this browser cannot take. */
  readonly #byBrowser = new Map<string, ProducerRefusal>();

  /** Why the zone's picture cannot be had; undefined where nothing is known against it. */
  ofPicture(zone: string): ProducerRefusal | undefined {
    const all = [...this.#byServer.values(), ...this.#byBrowser.values()];
    return all.find((refusal) => refusal.zone === zone && refusal.kind === 'video');
  }

  /** The server refuses these feeds. */
  told(refused: ProducerRefusal[]): void {
    for (const refusal of refused) {
      const message = texts.refusals.told(refusal.code, refusal.message);
      this.#byServer.set(refusal.producerId, { ...refusal, message });
    }
  }

  /** The server gives this feed after all. */
  given(producerId: string): void {
    this.#byServer.delete(producerId);
  }

  /** What the server refused is to be asked for anew. */
  forgetTold(): void {
    this.#byServer.clear();
  }

  /** This browser cannot take what a consumer brings. */
  found(consumerId: string, refusal: ProducerRefusal): void {
    this.#byBrowser.set(consumerId, refusal);
  }

  /** Whether this browser could not take a producer's feed before. */
  knows(producerId: string): boolean {
    return [...this.#byBrowser.values()].some((refusal) => refusal.producerId === producerId);
  }

  /**
   * The zone's camera has ended these feeds.
   * @returns whether one of them is what this browser could not take
   */
  gone(zone: string, consumerIds: string[]): boolean {
    for (const [id, refusal] of this.#byServer) if (refusal.zone === zone) this.given(id);
    return consumerIds.filter((id) => this.#byBrowser.delete(id)).length > 0;
  }

  /** The tiles as they are to be sent: what this browser cannot take is not to be sent to it either. */
  applied(tiles: Tile[]): Tile[] {
    const useless = new Set([...this.#byBrowser.values()].map(({ zone }) => zone));
    return tiles.map((tile) => (useless.has(tile.zone) ? { ...tile, visible: false } : tile));
  }
}
