/** What each zone's camera sends now. */
import type { ZoneId } from '../contract/zone.ts';
import type { MediaProducer } from '../media/transport.ts';

export class Feeds {
  readonly #feeds = new Map<ZoneId, Map<string, MediaProducer>>();

  of(zone: ZoneId): MediaProducer[] {
    return [...(this.#feeds.get(zone)?.values() ?? [])].filter(({ closed }) => !closed);
  }

  add(zone: ZoneId, producer: MediaProducer): void {
    const feed = this.#feeds.get(zone) ?? new Map<string, MediaProducer>();
    this.#feeds.set(zone, feed.set(producer.id, producer));
  }

  remove(zone: ZoneId, producerId: string): void {
    const feed = this.#feeds.get(zone);
    if (feed?.delete(producerId) && feed.size === 0) this.#feeds.delete(zone);
  }
}
