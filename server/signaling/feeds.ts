/** What each zone's camera sends now, and who is to get it. */
import type { ZoneId } from '../contract/zone.ts';
import type { MediaProducer } from '../media/producer.ts';
import type { Context } from './context.ts';
import type { Filming, Session } from './session.ts';

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

export function watchersOf(context: Context, zone: ZoneId): Session[] {
  return context.zones.watchers(zone).flatMap((id) => context.sessions.get(id) ?? []);
}

export function cameraOf(context: Context, zone: ZoneId): Filming | undefined {
  return context.sessions.get(context.zones.cameraOf(zone) ?? '')?.filming;
}

export function videoOf(context: Context, zone: ZoneId): MediaProducer | undefined {
  return context.feeds.of(zone).find(({ kind }) => kind === 'video');
}
